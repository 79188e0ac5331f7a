/** The kinds that the API told of, by the words they have on the command line. */
import type { Kind, KindAction, KindField } from '@basalt/resource'
import { kebab } from './words.ts'

export interface Catalogue {
  kinds: readonly Kind[]
  /** By its name in the API, e.g. `storagePool`. */
  kind(name: string): Kind | undefined
  /** By its word, singular or plural, e.g. `storage-pool`, `vms`. */
  byWord(word: string): Kind | undefined
}

export function createCatalogue(kinds: readonly Kind[]): Catalogue {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]))
  const byWord = new Map(
    [...kinds].reverse().flatMap((kind) => [
      [kebab(kind.plural), kind],
      [kebab(kind.kind), kind],
    ]),
  )
  return { kinds, kind: (name) => byName.get(name), byWord: (word) => byWord.get(word) ?? byName.get(word) }
}

export const fieldOf = (kind: Kind, name: string): KindField | undefined =>
  kind.fields.find((field) => field.name === name)

export const actionOf = (kind: Kind, name: string): KindAction | undefined =>
  kind.actions.find((action) => action.name === name)

/** `vm` in messages: `VM`, `storage pool`. */
export const spoken = (kind: Kind): string => (/^[A-Z]{2}/.test(kind.title) ? kind.title : kind.title.toLowerCase())
