/** First in, first out, at most `limit` at once. */
export interface Queue<Item> {
  /** The item waits for a free slot, then begins. */
  add(item: Item): void
  /** To the front, when it still waits. */
  advance(item: Item): void
  /** Takes the item out: it no longer waits, or its slot is free. */
  remove(item: Item): void
  /** Nothing begins any more; answers what was waiting. */
  close(): Item[]
}

/** `begin` must not throw; whoever began an item says by `remove` that its slot is free. */
export function createQueue<Item>(limit: number, begin: (item: Item) => void): Queue<Item> {
  const urgent = new Set<Item>()
  const waiting = new Set<Item>()
  const active = new Set<Item>()
  let isOpen = true
  const fill = () => {
    while (isOpen && active.size < limit) {
      const from = urgent.size > 0 ? urgent : waiting
      const [item] = from
      if (item === undefined) return
      from.delete(item)
      active.add(item)
      begin(item)
    }
  }
  return {
    add(item) {
      waiting.add(item)
      fill()
    },
    advance(item) {
      if (waiting.delete(item)) urgent.add(item)
    },
    remove(item) {
      waiting.delete(item)
      urgent.delete(item)
      active.delete(item)
      fill()
    },
    close() {
      isOpen = false
      return [...urgent, ...waiting]
    },
  }
}
