/** `basalt vm console-log` */
import { createReferences } from '../../input/references.ts'
import { addGlobalOptions } from '../common.ts'
import type { ExtraCommand } from './index.ts'

export const vmConsoleLog: ExtraCommand = {
  name: 'console-log',
  add(parent, context, kind) {
    const command = parent
      .command('console-log')
      .description('Print what the guest wrote on its serial console, the last megabyte of it.')
      .argument('<vm>', 'Name or id.')
      .option('--lines <n>', 'Only the last lines.', Number)
      .action(async (word: string, { lines }: { lines?: number }) => {
        const cloud = await context.cloud()
        const { id } = await createReferences(cloud, context.catalogue).row(kind, word)
        const log = await cloud.http.call<{ text: string; truncated: boolean }>('GET', `/v1/vms/${id}/console-log`)
        if (log.truncated) context.terminal.note('(What came before is not kept.)')
        const text = log.text.replace(/\n$/, '')
        context.terminal.print(lines ? text.split('\n').slice(-lines).join('\n') : text)
      })
    addGlobalOptions(command)
  },
}
