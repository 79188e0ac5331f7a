/** `basalt <kind> get` */
import type { Kind } from '@basalt/resource'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { createReferences, type Row } from '../../input/references.ts'
import { dataText, factsOf, fieldAt, printRow } from '../../output/format.ts'
import { kebab } from '../../words.ts'
import { addGlobalOptions, type OutputOptions, outputOption } from '../common.ts'
import { completes, fieldList } from '../completion/offers.ts'
import { watchOne } from './watch-one.ts'

interface GetOptions extends OutputOptions {
  fields?: string
  watch?: boolean
}

/** Only these fields, also of what is referred to: a list of one. */
async function printFields(context: Context, kind: Kind, { id, recycledAt }: Row, options: GetOptions): Promise<void> {
  const { fields = '', output } = options
  const query = { id, fields, ...(recycledAt ? { recycled: true } : {}) }
  const { http } = await context.cloud()
  const { items } = await http.list<Row>(kind.path, query)
  const [row] = items
  if (!row) return
  const shown = fields.split(',').map((path) => fieldAt(context.catalogue, kind, path.trim()))
  context.terminal.print(dataText(kind, row, output) ?? (await factsOf(context, kind, row, shown)))
}

export function addGet(parent: Command, context: Context, kind: Kind): void {
  const command = parent
    .command('get')
    .description('Show everything about one.')
    .argument(`<${kebab(kind.kind)}>`, 'Name or id.')
    .option('--fields <paths>', 'Show only these, also of what is referred to, e.g. "name,zone.name".')
    .option('-w, --watch', 'Go on and show changes as they happen; q or Ctrl-C ends it.')
    .addOption(outputOption())
    .action(async (text: string, options: GetOptions) => {
      const { output, fields, watch } = options
      if (fields !== undefined && watch) throw usageError('--watch does not go with --fields.', 'Leave one out.')
      const references = createReferences(await context.cloud(), context.catalogue)
      const row = await references.row(kind, text)
      if (watch) return watchOne(context, kind, row, output)
      await (fields === undefined ? printRow(context, kind, row, output) : printFields(context, kind, row, options))
    })
  for (const option of command.options) if (option.long === '--fields') completes(option, fieldList(kind))
  addGlobalOptions(command)
}
