/** What the palette can find, and in which order. */
import type { Kind } from '../api/types.ts'
import { collectionOf } from '../data/context.tsx'
import type { Pages } from '../data/fold.ts'
import { nameOf } from '../data/resources.ts'

export interface Entry {
  key: string
  label: string
  /** What it is: a page, an action, a kind. */
  hint: string
  collection: string
  id?: string
  form?: string
}

export const resourceEntries = (kind: Kind, { pages }: Pages): Entry[] =>
  pages.flatMap(({ items }) =>
    items.map((row) => ({
      key: row.id,
      label: nameOf(row),
      hint: kind.title,
      collection: collectionOf(kind),
      id: row.id,
    })),
  )

/** Lower is better; null does not match. A beginning counts more than a word's beginning, that more than a middle. */
function rankOf(label: string, text: string): number | null {
  const at = label.toLowerCase().indexOf(text)
  if (at < 0) return null
  return at === 0 ? 0 : label[at - 1] === ' ' ? 1 : 2
}

/** Entries whose label contains the text, best first; all of them without one. */
export function findEntries(entries: readonly Entry[], text: string): Entry[] {
  const wanted = text.trim().toLowerCase()
  return entries
    .flatMap((entry) => {
      const rank = rankOf(entry.label, wanted)
      return rank === null ? [] : [{ entry, rank }]
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry)
}
