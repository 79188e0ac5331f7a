/** `basalt setting-template preview` */
import { createReferences } from '../../input/references.ts'
import { valueText } from '../../output/humanize.ts'
import { renderTable } from '../../output/table.ts'
import { addGlobalOptions } from '../common.ts'
import type { ExtraCommand } from './index.ts'

interface Change {
  name: string
  from: unknown
  to: unknown
}

export const settingTemplatePreview: ExtraCommand = {
  name: 'preview',
  add(parent, context, kind) {
    const command = parent
      .command('preview')
      .description('Print what applying it would change.')
      .argument('<setting-template>', 'Name or id.')
      .action(async (word: string) => {
        const { terminal, catalogue } = context
        const cloud = await context.cloud()
        const { id } = await createReferences(cloud, catalogue).row(kind, word)
        const { items } = await cloud.http.call<{ items: Change[] }>('GET', `${kind.path}/${id}/preview`)
        if (items.length === 0) return terminal.print('It would change nothing.')
        const text = (value: unknown) => ({
          text: valueText(undefined, value, { names: new Map(), nowMs: Date.now() }),
        })
        const rows = items.map(({ name, from, to }) => [{ text: name }, text(from), text(to)])
        terminal.print(renderTable(['NAME', 'FROM', 'TO'], rows, { width: terminal.width, colors: terminal.colors }))
      })
    addGlobalOptions(command)
  },
}
