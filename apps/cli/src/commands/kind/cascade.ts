/** `basalt <kind> delete NAME --cascade`: what goes with it is shown and agreed to, then all of it is one task. */
import type { Kind, KindAction } from '@basalt/resource'
import type { Cloud, Deletion, Task } from '@basalt/sdk'
import { spoken } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import { CliError, EXIT } from '../../errors.ts'
import { labelOf, type Row } from '../../input/references.ts'
import type { Format } from '../../output/format.ts'
import { toYaml } from '../../output/yaml.ts'
import { kebab } from '../../words.ts'
import { waitForTasks } from '../wait-for-tasks.ts'
import { printAccepted, printFinished } from './outcome.ts'

export interface CascadeOptions {
  cascade?: boolean
  preview?: boolean
  yes?: boolean
  wait?: boolean
  waitTimeout?: number
  output: Format
}

/** Names of one kind that are told before it is said how many more there are. */
const NAMED = 5

const words = (kind: string, count: number): string => `${kebab(kind).replaceAll('-', ' ')}${count === 1 ? '' : 's'}`

/** `  20 vms: "a", "b", ...` for each kind, then what forbids it. */
export function previewText({ counts, items, forbids, hidden, total, truncated }: Deletion): string {
  const going = counts.map(({ kind, count }) => {
    const names = items.filter((item) => item.kind === kind).map(({ name }) => `"${name}"`)
    return `  ${count} ${words(kind, count)}: ${names.slice(0, NAMED).join(', ')}${count > NAMED ? ', ...' : ''}`
  })
  const against = forbids.map(({ message, remedy }) => `  ${message}${remedy ? ` ${remedy}` : ''}`)
  const unseen = hidden > 0 ? [`  ${hidden} that you cannot see.`] : []
  return [
    `${total} ${total === 1 ? 'resource goes' : 'resources go'} for good, past the recycle bin:`,
    ...going,
    ...(against.length + unseen.length > 0 ? ['What forbids it:', ...against, ...unseen] : []),
    ...(truncated ? ['There is more than is listed here.'] : []),
  ].join('\n')
}

/** @throws CliError when something forbids it, or the user does not agree */
async function agree(context: Context, kind: Kind, row: Row, preview: Deletion, yes: boolean): Promise<void> {
  const { terminal } = context
  const what = `${kind.title} "${labelOf(kind, row)}"`
  if (!yes || !preview.possible) terminal.note(previewText(preview))
  if (!preview.possible)
    throw new CliError('FORBIDDEN', `The ${spoken(kind)} "${labelOf(kind, row)}" cannot be deleted with what it has.`, {
      remedy: 'Mend what is told above, then try again.',
    })
  if (yes) return
  if (!terminal.interactive)
    throw new CliError('CONFIRMATION_NEEDED', `Delete ${what} with what it has: this loses data.`, {
      remedy: 'Add --yes if you mean it.',
      exitCode: EXIT.usage,
    })
  const answer = await terminal.ask(`Delete ${what} with all of that? [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CONFIRMATION_NEEDED', 'Nothing was done.')
}

const show = ({ terminal }: Context, preview: Deletion, format: Format): void =>
  terminal.print(
    format === 'json' ? JSON.stringify(preview, null, 2) : format === 'yaml' ? toYaml(preview) : previewText(preview),
  )

/** What was shown is what goes: its fingerprint is sent along. */
async function deleteOne(context: Context, cloud: Cloud, kind: Kind, row: Row, options: CascadeOptions) {
  const path = `${kind.path}/${encodeURIComponent(row.id)}/deletion`
  const preview = await cloud.http.call<Deletion>('GET', path)
  if (options.preview) return void show(context, preview, options.output)
  await agree(context, kind, row, preview, options.yes ?? false)
  return cloud.http.call<Task>('POST', path, { agreed: preview.fingerprint })
}

export async function deleteWithAll(
  context: Context,
  kind: Kind,
  action: KindAction,
  rows: readonly Row[],
  options: CascadeOptions,
): Promise<void> {
  const cloud = await context.cloud()
  for (const row of rows) {
    const task = await deleteOne(context, cloud, kind, row, options)
    if (!task) continue
    if (!options.wait) printAccepted(context, kind, task, row, options.output)
    else
      for (const done of await waitForTasks(context, cloud, [task], options.waitTimeout))
        await printFinished(context, cloud, kind, action, done, row, options.output)
  }
}
