/** `basalt <kind> get` */
import type { Kind } from '@basalt/resource'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { createReferences } from '../../input/references.ts'
import { printRow } from '../../output/format.ts'
import { kebab } from '../../words.ts'
import { addGlobalOptions, type OutputOptions, outputOption } from '../common.ts'

export function addGet(parent: Command, context: Context, kind: Kind): void {
  const command = parent
    .command('get')
    .description('Show everything about one.')
    .argument(`<${kebab(kind.kind)}>`, 'Name or id.')
    .addOption(outputOption())
    .action(async (text: string, { output }: OutputOptions) => {
      const references = createReferences(await context.cloud(), context.catalogue)
      await printRow(context, kind, await references.row(kind, text), output)
    })
  addGlobalOptions(command)
}
