/** Events applied to what the console already has. Applying one twice changes nothing: versions only grow. */
import type { Page, ResourceEvent, Row } from '../api/types.ts'

/** Fields that rows of a list must have; the server compares the same way. */
export type Filter = Readonly<Record<string, string | undefined>>

/** Pages of a list, as the query cache keeps them. */
export interface Pages {
  pages: Page[]
  pageParams: unknown[]
}

/** Whether it lies in the recycle bin. */
export const isRecycled = (row: Row): boolean => typeof row.recycledAt === 'string'

/** Whether a row belongs to a list with this filter. What lies in the recycle bin belongs to lists with `recycled` alone. */
export function matches(row: Row, { recycled, ...filter }: Filter): boolean {
  if (isRecycled(row) !== (recycled === 'true')) return false
  return Object.entries(filter).every(([field, value]) => value === undefined || String(row[field]) === value)
}

/** The newer of two states of a resource. */
export const newer = (known: Row, told: Row): Row => ((told.version ?? 0) >= (known.version ?? 0) ? told : known)

/** Lists are newest first; a row older than all loaded ones belongs to a page that is not here yet. */
function belongsHere(row: Row, pages: readonly Page[]): boolean {
  const last = pages.at(-1)
  if (!last?.next) return true
  const oldest = last.items.at(-1)?.createdAt
  return oldest === undefined || (row.createdAt ?? '') >= oldest
}

function insert(pages: readonly Page[], row: Row): Page[] {
  if (!belongsHere(row, pages)) return [...pages]
  const [first, ...others] = pages.length > 0 ? pages : [{ items: [] }]
  const at = (first?.items ?? []).findIndex((other) => (other.createdAt ?? '') <= (row.createdAt ?? ''))
  const items = [...(first?.items ?? [])]
  items.splice(at < 0 ? items.length : at, 0, row)
  return [{ ...first, items }, ...others]
}

function withoutRow(pages: readonly Page[], id: string): Page[] {
  return pages.map((page) =>
    page.items.some((row) => row.id === id) ? { ...page, items: page.items.filter((row) => row.id !== id) } : page,
  )
}

function withRow(pages: readonly Page[], row: Row): Page[] {
  return pages.map((page) =>
    page.items.some(({ id }) => id === row.id)
      ? { ...page, items: page.items.map((known) => (known.id === row.id ? newer(known, row) : known)) }
      : page,
  )
}

/** A list after an event of its kind; the same object when the event does not concern it. */
export function foldEvent(list: Pages, event: ResourceEvent, filter: Filter): Pages {
  const known = list.pages.some((page) => page.items.some(({ id }) => id === event.resource))
  const stays = event.change !== 'deleted' && matches(event.data, filter)
  if (!known && !stays) return list
  if (!stays) return { ...list, pages: withoutRow(list.pages, event.resource) }
  return { ...list, pages: known ? withRow(list.pages, event.data) : insert(list.pages, event.data) }
}
