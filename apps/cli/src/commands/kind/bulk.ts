/** `basalt <kind> <action>` on many: several names, or all for which `--filter` holds; one request, and a table of results. */
import type { Kind, KindAction } from '@basalt/resource'
import { type BulkAnswer, type BulkItem, type Cloud, collect } from '@basalt/sdk'
import type { Command } from 'commander'
import { spoken } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import { CliError, EXIT } from '../../errors.ts'
import { labelOf, type Place, type Row } from '../../input/references.ts'
import type { Format } from '../../output/format.ts'
import { type Cell, renderTable } from '../../output/table.ts'
import { toYaml } from '../../output/yaml.ts'
import { waitForTasks } from '../wait-for-tasks.ts'

export interface ManyOptions {
  output: Format
  filter?: string
  dryRun?: boolean
  wait?: boolean
  yes?: boolean
}

/** In one request; a server may take less, and says so. */
const AT_ONCE = 500
const NAMED = 10

const spokenPlural = ({ plural }: Kind): string => plural.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

/** Options of an action that can be asked for on many. What an input of its own is called wins. */
export function addManyOptions(command: Command, kind: Kind, { bulk, danger }: KindAction): void {
  const taken = new Set(command.options.map(({ long }) => long))
  const add = (long: string, flags: string, help: string): void => {
    if (bulk && !taken.has(long)) command.option(flags, help)
  }
  add(
    '--filter',
    '--filter <condition>',
    `On all ${spokenPlural(kind)} for which it holds, e.g. "name ~ 'web'"; asks first.`,
  )
  add('--dry-run', '--dry-run', 'Only tell what would be refused; nothing is changed.')
  if (!danger) add('--yes', '-y, --yes', 'Do not ask whether these are the ones that you mean.')
}

/** All for which the condition holds, the oldest first. */
export function matching(cloud: Cloud, kind: Kind, condition: string, place: Place): Promise<Row[]> {
  const query = { q: condition, sort: 'createdAt', limit: 1_000, ...(place === 'bin' ? { recycled: true } : {}) }
  return collect(cloud.http.list<Row>(kind.path, query))
}

/** Shows what a filter selects; throws unless the user agrees, or has agreed by `--yes`. */
export async function confirmMany(
  { terminal }: Context,
  kind: Kind,
  action: KindAction,
  rows: readonly Row[],
  yes: boolean,
): Promise<void> {
  const names = rows.slice(0, NAMED).map((row) => `"${labelOf(kind, row)}"`)
  const more = rows.length > NAMED ? `, and ${rows.length - NAMED} more` : ''
  const noun = rows.length === 1 ? spoken(kind) : spokenPlural(kind)
  const what = `${action.title} ${rows.length} ${noun}`
  terminal.note(`${what}: ${names.join(', ')}${more}.`)
  if (yes) return
  if (!terminal.interactive)
    throw new CliError('CONFIRMATION_NEEDED', `${what}: nobody can be asked.`, {
      remedy: 'Add --yes if these are the ones that you mean.',
      exitCode: EXIT.usage,
    })
  const answer = await terminal.ask(`${what}? [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CONFIRMATION_NEEDED', 'Nothing was done.')
}

async function ask(cloud: Cloud, kind: Kind, body: object, rows: readonly Row[]): Promise<BulkItem[]> {
  const items: BulkItem[] = []
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const ids = rows.slice(at, at + AT_ONCE).map(({ id }) => id)
    items.push(...(await cloud.http.call<BulkAnswer>('POST', `${kind.path}/bulk`, { ...body, ids })).items)
  }
  return items
}

/** Values that are shown this once. */
const revealedText = ({ reveals = [] }: KindAction, { resource = {} }: BulkItem): string =>
  reveals.map(({ name }) => `${name}=${(resource as Record<string, unknown>)[name]}`).join(', ')

/** @param ended ids of tasks that succeeded, when they were waited for */
function resultOf(action: KindAction, item: BulkItem, { dryRun }: ManyOptions, ended?: ReadonlySet<string>): Cell[] {
  const { problem, task, status } = item
  if (problem) return [{ text: 'refused', style: 'red' }, { text: `${problem.detail} (${problem.code})` }]
  if (dryRun) return [{ text: 'possible', style: 'green' }, { text: '' }]
  if (task && !ended) return [{ text: 'under way', style: 'yellow' }, { text: `task ${task.id}` }]
  if (task && !ended?.has(task.id)) return [{ text: 'failed', style: 'red' }, { text: `task ${task.id}` }]
  return [{ text: status === 204 ? 'gone' : 'done', style: 'green' }, { text: revealedText(action, item) }]
}

interface Done {
  kind: Kind
  rows: readonly Row[]
  items: readonly BulkItem[]
  /** Result and detail of each. */
  cells: readonly Cell[][]
}

function textOf({ terminal }: Context, { kind, rows, items, cells }: Done, format: Format): string {
  const accepted = rows.filter((_, at) => !items[at]?.problem)
  switch (format) {
    case 'json':
      return JSON.stringify(items, null, 2)
    case 'yaml':
      return toYaml(items as unknown as Row[])
    case 'id':
      return accepted.map(({ id }) => id).join('\n')
    case 'name':
      return accepted.map((row) => labelOf(kind, row)).join('\n')
    default: {
      const table = rows.map((row, at) => [{ text: labelOf(kind, row) }, ...(cells[at] ?? [])])
      return renderTable(['NAME', 'RESULT', 'DETAIL'], table, { width: terminal.width, colors: terminal.colors })
    }
  }
}

/** Asks for the action on all of them at once; what is refused sets the exit code. */
export async function actOnMany(
  context: Context,
  cloud: Cloud,
  { kind, action, body, options }: { kind: Kind; action: KindAction; body?: object; options: ManyOptions },
  rows: readonly Row[],
): Promise<void> {
  const { wait, dryRun, output } = options
  const items = await ask(cloud, kind, { action: action.name, input: body, dryRun: dryRun ?? false }, rows)
  const tasks = items.flatMap(({ task }) => task ?? [])
  const succeeded = wait ? await waitForTasks(context, cloud, tasks) : undefined
  const ended = succeeded && new Set(succeeded.map(({ id }) => id))
  const cells = items.map((item) => resultOf(action, item, options, ended))
  const text = textOf(context, { kind, rows, items, cells }, output)
  if (text) context.terminal.print(text)
  const refused = items.filter(({ problem }) => problem).length
  if (refused === 0) return
  context.terminal.note(`${refused} of ${items.length} refused.`)
  context.exitCode ||= EXIT.failed
}
