/** `basalt task watch` */
import type { Task } from '@basalt/sdk'
import { EXIT } from '../../errors.ts'
import { createReferences } from '../../input/references.ts'
import { dataText } from '../../output/format.ts'
import { addGlobalOptions, type OutputOptions, outputOption } from '../common.ts'
import { parseTimeout, waitForTasks } from '../wait-for-tasks.ts'
import type { ExtraCommand } from './index.ts'

export const taskWatch: ExtraCommand = {
  name: 'watch',
  add(parent, context, kind) {
    const command = parent
      .command('watch')
      .description('Follow tasks to their end; exit code 3 when one fails.')
      .argument('<task...>', 'Ids.')
      .addOption(outputOption())
      .option('--timeout <duration>', `No longer than this, e.g. 10m; exit code ${EXIT.timedOut} then.`, parseTimeout)
      .action(async (words: string[], { output, timeout }: OutputOptions & { timeout?: number }) => {
        const cloud = await context.cloud()
        const references = createReferences(cloud, context.catalogue)
        const tasks = await Promise.all(words.map((word) => references.row(kind, word)))
        for (const task of await waitForTasks(context, cloud, tasks as unknown as Task[], timeout)) {
          const row = { ...task } as Record<string, unknown> & { id: string }
          context.terminal.print(dataText(kind, row, output) ?? `${task.name}: ${task.state}.`)
        }
      })
    addGlobalOptions(command)
  },
}
