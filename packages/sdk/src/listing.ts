/** Lists: one page when awaited, everything when iterated. */

export interface Page<T> {
  items: T[]
  /** Cursor of the next page; absent on the last one. */
  next?: string
  /** How many there are on all pages, when asked for. */
  count?: number
}

/** `await` it for one page; `for await` over it for the items of all pages, fetched as they are needed. */
export type Listing<T> = Promise<Page<T>> & AsyncIterable<T>

/** @param fetchPage gives the page at a cursor, the first one without */
export function listing<T>(fetchPage: (cursor?: string) => Promise<Page<T>>): Listing<T> {
  const first = fetchPage()
  async function* items(): AsyncGenerator<T> {
    for (let page = await first; ; page = await fetchPage(page.next)) {
      yield* page.items
      if (page.next === undefined) return
    }
  }
  return Object.assign(first, { [Symbol.asyncIterator]: items })
}

/** Every item, up to `limit`. */
export async function collect<T>(list: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<T[]> {
  const items: T[] = []
  if (limit <= 0) return items
  for await (const item of list) {
    items.push(item)
    if (items.length >= limit) break
  }
  return items
}
