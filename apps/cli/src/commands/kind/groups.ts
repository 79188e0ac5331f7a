/** `basalt <kind> list --group-by`: how many there are of what, with sums. */
import type { Kind, KindField } from '@basalt/resource'
import type { GroupQuery, ListGroup } from '@basalt/sdk'
import type { Context } from '../../context.ts'
import type { Row } from '../../input/references.ts'
import { type Format, fieldAt } from '../../output/format.ts'
import { cellOf } from '../../output/humanize.ts'
import { namesFor } from '../../output/names.ts'
import { renderTable } from '../../output/table.ts'
import { toYaml } from '../../output/yaml.ts'
import { heading } from '../../words.ts'

const AGGREGATES = ['sum', 'min', 'max', 'avg'] as const

/** Every group up to `limit`. */
async function groupsOf(context: Context, kind: Kind, query: GroupQuery, limit: number): Promise<ListGroup[]> {
  const cloud = await context.cloud()
  const groups: ListGroup[] = []
  let cursor: string | undefined
  do {
    const page = await cloud.http.grouped(kind.path, { ...query, cursor, limit: Math.min(limit - groups.length, 1000) })
    groups.push(...page.groups)
    cursor = page.next
  } while (cursor !== undefined && groups.length < limit)
  return groups
}

const pathsOf = (text: string | undefined): string[] => text?.split(',').map((path) => path.trim()) ?? []

/** A group as a row: its keys, the count, and `sum memoryBytes`. */
const rowOf = ({ keys, count, ...rest }: ListGroup): Row => {
  const numbers = AGGREGATES.flatMap((how) =>
    Object.entries(rest[how] ?? {}).map(([path, value]): [string, unknown] => [`${how} ${path}`, value]),
  )
  return { id: '', ...keys, count, ...Object.fromEntries(numbers) }
}

export async function printGroups(
  context: Context,
  kind: Kind,
  query: GroupQuery,
  { format, limit = Number.POSITIVE_INFINITY }: { format: Format; limit?: number },
): Promise<void> {
  const { terminal, catalogue } = context
  const groups = await groupsOf(context, kind, query, limit)
  if (format === 'json') return terminal.print(JSON.stringify(groups, null, 2))
  if (format === 'yaml') return terminal.print(toYaml(groups))
  const count = { ...fieldAt(catalogue, kind, 'count'), type: 'integer' as const }
  const keys = pathsOf(query.groupBy).map((path) => fieldAt(catalogue, kind, path))
  const numbers = AGGREGATES.flatMap((how) =>
    pathsOf(query[how]).map((path): KindField => ({ ...fieldAt(catalogue, kind, path), name: `${how} ${path}` })),
  )
  const fields = [...keys, count, ...numbers]
  const rows = groups.map(rowOf)
  const options = { names: await namesFor(await context.cloud(), catalogue, keys, rows), nowMs: Date.now() }
  const cells = rows.map((row) => fields.map((field) => cellOf(kind, field, row, options)))
  terminal.print(renderTable(fields.map(heading), cells, { width: terminal.width, colors: terminal.colors }))
}
