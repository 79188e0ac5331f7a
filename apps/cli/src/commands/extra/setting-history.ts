/** `basalt setting history` */
import { collect } from '@basalt/sdk'
import { createReferences, type Row } from '../../input/references.ts'
import { printRows } from '../../output/format.ts'
import { addGlobalOptions, type OutputOptions, outputOption } from '../common.ts'
import type { ExtraCommand } from './index.ts'

const MOST = 1000

export const settingHistory: ExtraCommand = {
  name: 'history',
  add(parent, context, kind) {
    const command = parent
      .command('history')
      .description('Print who changed it, when, from what, to what; the newest first.')
      .argument('<setting>', 'Name or id.')
      .addOption(outputOption())
      .action(async (word: string, { output }: OutputOptions) => {
        const cloud = await context.cloud()
        const changes = context.catalogue.kind('settingChange')
        const setting = await createReferences(cloud, context.catalogue).row(kind, word)
        if (!changes) return
        const rows = await collect(cloud.http.list<Row>(changes.path, { setting: setting.id, limit: MOST }), MOST)
        const columns = changes.columns.filter((name) => name !== 'name')
        await printRows(context, { ...changes, columns }, rows, { format: output })
      })
    addGlobalOptions(command)
  },
}
