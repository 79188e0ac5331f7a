/** What lists are asked for, and groups. */

/** Which resources: a query, or fields (and paths to fields) with the value they must have. */
export interface SelectionQuery {
  /** The filter language, e.g. `state = running and host.cluster.name ~ 'r1'`. */
  q?: string
  /** Fields and forward paths, descending with `-`. A list is newest first without. */
  sort?: string
  /** Most items of a page, at most 1000. Default 100. */
  limit?: number
  /** `next` of the page before. */
  cursor?: string
  /** So many are skipped. */
  offset?: number
  [field: string]: string | number | boolean | undefined
}

/** What a list is asked for. */
export interface ListQuery extends SelectionQuery {
  /** Only these fields and forward paths of each item, e.g. `id,name,host.name`. */
  fields?: string
  /** Also say how many there are on all pages: `count` of the page. */
  count?: boolean
}

/** An item of a list: all of it, or what `fields` asks for. */
export type Shown<T, Q> = Q extends { fields: string } ? Partial<T> & Record<string, unknown> : T

/** What groups are asked for. */
export interface GroupQuery extends SelectionQuery {
  /** Fields and forward paths whose values make the groups, e.g. `state,zone`. */
  groupBy: string
  /** Numbers to add up in each group; the same for the others. */
  sum?: string
  min?: string
  max?: string
  avg?: string
}

/** Resources that are alike in the keys. */
export interface ListGroup {
  keys: Record<string, unknown>
  count: number
  sum?: Record<string, number | null>
  min?: Record<string, number | string | null>
  max?: Record<string, number | string | null>
  avg?: Record<string, number | null>
}

export interface ListGroups {
  groups: ListGroup[]
  /** Cursor of the next page; absent on the last one. */
  next?: string
}

/** `/v1/vms` and `{ state: 'running' }` → `/v1/vms?state=running`. */
export function withQuery(path: string, query: SelectionQuery = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value))
  const text = parameters.toString()
  return text ? `${path}${path.includes('?') ? '&' : '?'}${text}` : path
}
