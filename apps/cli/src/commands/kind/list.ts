/** `basalt <kind> list` */
import type { Kind, KindField } from '@basalt/resource'
import { collect, type ListQuery } from '@basalt/sdk'
import { type Command, Option } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { createReferences, type Row } from '../../input/references.ts'
import { wordValue } from '../../input/values.ts'
import { fieldAt, printRows } from '../../output/format.ts'
import { pointAt } from '../../output/point-at.ts'
import { kebab, optionName } from '../../words.ts'
import { addGlobalOptions, type OutputOptions, outputOption, parseLimit } from '../common.ts'
import { completeList } from '../completion/list.ts'
import { printCsv } from './csv.ts'
import { printGroups } from './groups.ts'
import { watchRows } from './watch.ts'

interface ListOptions extends OutputOptions {
  query?: string
  filter?: string[]
  sort?: string
  fields?: string
  count?: boolean
  groupBy?: string
  sum?: string
  min?: string
  max?: string
  avg?: string
  limit?: number
  columns?: string
  watch?: boolean
  recycled?: boolean
  csv?: boolean
}

const filterable = (kind: Kind): KindField[] =>
  kind.fields.filter((field) => field.matchedBy || !['list', 'object', 'json', 'timestamp'].includes(field.type))

/** As the kind is best read; the newest first where it does not say. */
function inOrder({ sortedBy }: Kind, rows: Row[]): Row[] {
  if (!sortedBy) return rows
  const text = (row: Row): string => String(row[sortedBy] ?? '')
  return [...rows].sort((a, b) => text(a).localeCompare(text(b), 'en', { numeric: true }))
}

/** `state=running` → `{ state: 'running' }`; references by name. */
async function filterOf(context: Context, kind: Kind, words: readonly string[]): Promise<ListQuery> {
  const references = createReferences(await context.cloud(), context.catalogue)
  const deps = { resolve: references.id, readInput: async () => '' }
  const query: ListQuery = {}
  for (const word of words) {
    const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    const field = filterable(kind).find((each) => [each.name, kebab(each.name), optionName(each)].includes(name))
    if (!field)
      throw usageError(
        `--filter: "${word}" is not understood.`,
        `Write field=value with one of: ${filterable(kind)
          .map((each) => each.name)
          .join(', ')}.`,
      )
    const value = field.matchedBy ? text : await wordValue(field, text, `--filter ${name}`, deps)
    query[field.name] = value as string | number | boolean
  }
  return query
}

/** What the server cannot tell, since it would never be asked. */
function checkOptions(options: ListOptions): void {
  const stray = (['sum', 'min', 'max', 'avg'] as const).find((name) => options[name] !== undefined)
  if (stray && options.groupBy === undefined)
    throw usageError(`--${stray} needs --group-by.`, 'Name the fields that make the groups: --group-by state.')
  const moving = (['fields', 'count', 'groupBy'] as const).find((name) => options[name] !== undefined)
  if (options.watch && moving)
    throw usageError(
      `--watch does not go with --${kebab(moving)}.`,
      'Choose what to see with --columns, --query and --filter.',
    )
}

async function printList(context: Context, kind: Kind, options: ListOptions): Promise<void> {
  checkOptions(options)
  const filter = {
    ...(await filterOf(context, kind, options.filter ?? [])),
    ...(options.recycled ? { recycled: true } : {}),
  }
  const { output: format, columns, limit, sort, groupBy, sum, min, max, avg } = options
  const query = { ...filter, q: options.query, sort }
  if (options.watch) return watchRows(context, kind, query, { columns, limit, format })
  if (groupBy !== undefined)
    return printGroups(context, kind, { ...query, groupBy, sum, min, max, avg }, { format, limit })
  const cloud = await context.cloud()
  if (options.csv) return printCsv(context, cloud, kind, { ...query, fields: options.fields ?? columns, limit })
  if (options.count) {
    const { count } = await cloud.http.list<Row>(kind.path, { ...query, count: true, limit: 1 })
    return context.terminal.print(String(count))
  }
  // Names and ids are printed of whole rows.
  const fields = format === 'name' || format === 'id' ? undefined : options.fields
  const most = limit ?? Number.POSITIVE_INFINITY
  const rows = await collect(cloud.http.list<Row>(kind.path, { ...query, fields, limit: Math.min(most, 1000) }), most)
  const shown = fields?.split(',').map((path) => fieldAt(context.catalogue, kind, path.trim()))
  const ordered = sort === undefined && fields === undefined ? inOrder(kind, rows) : rows
  await printRows(context, kind, ordered, { format, columns, fields: shown })
}

function examplesOf(kind: Kind): string {
  const word = kebab(kind.kind)
  const [state] = kind.fields.find(({ type }) => type === 'state')?.values?.slice(-2) ?? []
  const lines = [
    `basalt ${word} list -q "createdAt > -1d" --sort -createdAt`,
    ...(state ? [`basalt ${word} list --filter state=${state} --watch`] : []),
    `basalt ${word} list -o json --fields ${kind.columns.slice(0, 2).join(',')}`,
  ]
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}\n\nWhat a query can name: basalt explain ${word}`
}

export function addList(parent: Command, context: Context, kind: Kind): void {
  const command = parent
    .command('list')
    .alias('ls')
    .description(
      `List ${kebab(kind.plural).replaceAll('-', ' ')}, ${kind.sortedBy ? `by ${kind.sortedBy}` : 'newest first'}.`,
    )
    .option('-q, --query <condition>', `Only those for which it holds, e.g. "name ~ 'web' and createdAt > -1d".`)
    .option('--filter <field=value...>', 'Only those whose field has this value; references by name or id.')
    .option('--sort <fields>', 'Sort by these, descending with "-", e.g. "-createdAt,name", or by tags: "tags.env".')
    .option('--fields <paths>', 'Show only these, also of what is referred to, e.g. "name,zone.name".')
    .option('--count', 'Print only how many there are.')
    .option('--group-by <fields>', 'Print how many there are of each, e.g. "state".')
    .option('--sum <fields>', 'With --group-by: add these up. Also --min, --max and --avg.')
    .addOption(new Option('--min <fields>').hideHelp())
    .addOption(new Option('--max <fields>').hideHelp())
    .addOption(new Option('--avg <fields>').hideHelp())
    .option('--csv', 'Print all of it as CSV; --fields chooses the columns.')
    .option('--limit <n>', 'Print at most so many.', parseLimit)
    .option('--columns <fields>', 'Fields to show, separated by commas; "all" for every one.')
    .option('-w, --watch', 'Go on and show changes as they happen; q or Ctrl-C ends it.')
    .addOption(outputOption())
    .action((options: ListOptions) =>
      printList(context, kind, options).catch((error: unknown) => {
        const { query: q, sort, fields, groupBy, sum, min, max, avg } = options
        throw pointAt(error, { q, sort, fields, groupBy, sum, min, max, avg })
      }),
    )
  command.addHelpText('after', examplesOf(kind))
  if (kind.recycles) command.option('--recycled', 'What is in the recycle bin, instead.')
  completeList(command, kind)
  addGlobalOptions(command)
}
