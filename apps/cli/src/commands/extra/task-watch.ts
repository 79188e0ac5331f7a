/** `basalt task watch` */
import type { Task } from '@basalt/sdk'
import { createReferences } from '../../input/references.ts'
import { dataText } from '../../output/format.ts'
import { addGlobalOptions, type OutputOptions, outputOption } from '../common.ts'
import { waitForTasks } from '../wait-for-tasks.ts'
import type { ExtraCommand } from './index.ts'

export const taskWatch: ExtraCommand = {
  name: 'watch',
  add(parent, context, kind) {
    const command = parent
      .command('watch')
      .description('Follow tasks to their end; exit code 3 when one fails.')
      .argument('<task...>', 'Ids.')
      .addOption(outputOption())
      .action(async (words: string[], { output }: OutputOptions) => {
        const cloud = await context.cloud()
        const references = createReferences(cloud, context.catalogue)
        const tasks = await Promise.all(words.map((word) => references.row(kind, word)))
        for (const task of await waitForTasks(context, cloud, tasks as unknown as Task[])) {
          const row = { ...task } as Record<string, unknown> & { id: string }
          context.terminal.print(dataText(kind, row, output) ?? `${task.name}: ${task.state}.`)
        }
      })
    addGlobalOptions(command)
  },
}
