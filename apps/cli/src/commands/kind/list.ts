/** `basalt <kind> list` */
import type { Kind, KindField } from '@basalt/resource'
import { collect, type ListQuery } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { createReferences, type Row } from '../../input/references.ts'
import { wordValue } from '../../input/values.ts'
import { printRows } from '../../output/format.ts'
import { kebab, optionName } from '../../words.ts'
import { addGlobalOptions, type OutputOptions, outputOption, parseLimit } from '../common.ts'
import { watchRows } from './watch.ts'

interface ListOptions extends OutputOptions {
  filter?: string[]
  limit?: number
  columns?: string
  watch?: boolean
  recycled?: boolean
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

export function addList(parent: Command, context: Context, kind: Kind): void {
  const command = parent
    .command('list')
    .alias('ls')
    .description(
      `List ${kebab(kind.plural).replaceAll('-', ' ')}, ${kind.sortedBy ? `by ${kind.sortedBy}` : 'newest first'}.`,
    )
    .option('--filter <field=value...>', 'Only those whose field has this value; references by name or id.')
    .option('--limit <n>', 'Print at most so many.', parseLimit)
    .option('--columns <fields>', 'Fields to show, separated by commas; "all" for every one.')
    .option('-w, --watch', 'Go on and show changes as they happen; Ctrl-C ends it.')
    .addOption(outputOption())
    .action(async (options: ListOptions) => {
      const filter = await filterOf(context, kind, options.filter ?? [])
      const query: ListQuery = { ...filter, ...(options.recycled ? { recycled: true } : {}) }
      if (options.watch) return watchRows(context, kind, query, { ...options, format: options.output })
      const cloud = await context.cloud()
      const { limit = Number.POSITIVE_INFINITY } = options
      const rows = await collect(cloud.http.list<Row>(kind.path, { ...query, limit: Math.min(limit, 1000) }), limit)
      await printRows(context, kind, inOrder(kind, rows), { format: options.output, columns: options.columns })
    })
  if (kind.recycles) command.option('--recycled', 'What is in the recycle bin, instead.')
  addGlobalOptions(command)
}
