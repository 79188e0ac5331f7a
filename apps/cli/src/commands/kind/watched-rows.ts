/** The rows of a list that is watched: loaded once, then kept by what the event stream tells. */
import type { Kind } from '@basalt/resource'
import { type Cloud, collect, type ListQuery, type ResourceEvent } from '@basalt/sdk'
import type { Row } from '../../input/references.ts'

/** What became of a row; `left`: it is there, but no longer what was asked for. */
export interface Change {
  change: ResourceEvent['change'] | 'left'
  at: string
  row: Row
}

export interface WatchedRows {
  /** As the server orders them, new ones on top. */
  all(): Row[]
  /** What there is now, in place of what was known. */
  load(): Promise<void>
  /** @returns what of it concerns this list */
  apply(events: readonly ResourceEvent<Row>[]): Promise<Change[]>
}

/** Rows of a terminal are few; those that changed last matter. */
const MOST = 200
/** Ids that a query names at once: it may be only so long. */
const AT_ONCE = 100

/** What a filter of exact values says, without asking the server. */
const matches = (row: Row, { recycled, q: _, sort: __, ...exact }: ListQuery): boolean =>
  (typeof row.recycledAt === 'string') === (recycled === true) &&
  Object.entries(exact).every(([field, value]) => value === undefined || String(row[field] ?? '') === String(value))

const isOlder = (row: Row, known: Row | undefined): boolean => Number(row.version ?? 0) < Number(known?.version ?? 0)

/** Newest event of each resource, in the order in which they were first told of. */
function newestOf(events: readonly ResourceEvent<Row>[]): ResourceEvent<Row>[] {
  return [...new Map(events.map((event) => [event.resource, event])).values()]
}

export function createWatchedRows(cloud: Cloud, kind: Kind, query: ListQuery): WatchedRows {
  let rows = new Map<string, Row>()

  /** The server alone knows what a query means: it is asked about these, of all that changed together at once. */
  async function chosen(events: readonly ResourceEvent<Row>[]): Promise<Set<string>> {
    const there = events.filter(({ change, data }) => change !== 'deleted' && matches(data, query))
    const ids = there.map(({ resource }) => resource)
    const found = new Set<string>()
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE)
      const q = `(${query.q}) and id in (${some.join(', ')})`
      const fitting = cloud.http.list<Row>(kind.path, { ...query, q, sort: undefined })
      for await (const { id } of fitting) found.add(id)
    }
    return found
  }

  function put(event: ResourceEvent<Row>, stays: boolean): Change[] {
    const { resource: id, data: row, change, at } = event
    const known = rows.get(id)
    if (isOlder(row, known)) return []
    if (!stays) return rows.delete(id) ? [{ change: change === 'deleted' ? change : 'left', at, row }] : []
    rows = known ? rows.set(id, row) : new Map([[id, row], ...rows])
    return [{ change, at, row }]
  }

  return {
    all: () => [...rows.values()],
    async load() {
      const found = await collect(cloud.http.list<Row>(kind.path, { ...query, limit: MOST }), MOST)
      rows = new Map(found.map((row) => [row.id, row]))
    },
    async apply(events) {
      // What the server says holds for how things are by now; without a query each version tells for itself.
      const staying = query.q === undefined ? undefined : await chosen(newestOf(events))
      const stays = ({ change, resource, data }: ResourceEvent<Row>): boolean =>
        change !== 'deleted' && (staying?.has(resource) ?? matches(data, query))
      return events.flatMap((event) => put(event, stays(event)))
    },
  }
}
