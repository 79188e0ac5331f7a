/** Parameters of a list's address → what is asked for. Any other parameter is a field with the value it must have. */
import { invalidField } from '../problem.ts'
import { AGGREGATES, type GroupRequest } from './groups.ts'
import type { ListRequest } from './lists.ts'

const MOST_ROWS = 1000
const FARTHEST = 1_000_000
const NAMES = ['q', 'sort', 'fields', 'count', 'limit', 'cursor', 'offset', 'groupBy', ...AGGREGATES] as const

function whole(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < least || value > most)
    throw invalidField(name, `must be ${least} to ${most}`, `Give a whole number from ${least} to ${most}.`)
  return value
}

/** `true` or absent; `false` is as if it were absent. */
export function flagOf(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined || text === 'false') return undefined
  if (text === 'true') return true
  throw invalidField(name, 'must be true or false', 'Give true or false.')
}

/** @throws {Problem} naming the parameter at fault */
export function requestOf(
  { recycled, ...query }: Record<string, string>,
  hasBin: boolean,
): { list: ListRequest } | { groups: GroupRequest } {
  if (recycled !== undefined && !hasBin)
    throw invalidField('recycled', 'is not a field of this kind', 'Leave it out: it has no recycle bin.')
  const { q, sort, fields, cursor, groupBy } = query
  const others = Object.entries(query).filter(([name]) => !(NAMES as readonly string[]).includes(name))
  const common = {
    q,
    recycled: flagOf('recycled', recycled),
    sort,
    cursor,
    where: others.length > 0 ? Object.fromEntries(others) : undefined,
    limit: whole('limit', query.limit, 1, MOST_ROWS),
    offset: whole('offset', query.offset, 0, FARTHEST),
  }
  const aggregates = Object.fromEntries(
    AGGREGATES.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])),
  )
  if (groupBy === undefined) {
    const [stray] = Object.keys(aggregates)
    if (stray) throw invalidField(stray, 'needs "groupBy"', 'Name the fields that make the groups: groupBy=state.')
    return { list: { ...common, fields, count: flagOf('count', query.count) } }
  }
  if (fields !== undefined) throw invalidField('fields', 'cannot be given with "groupBy"', 'Leave one of the two out.')
  return { groups: { ...common, ...aggregates, groupBy } }
}
