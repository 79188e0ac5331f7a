/** References by name: of what the caller can see, exactly one must have it. */
import type { Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import { spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import { CellError } from './cell-value.ts'

export interface Names {
  /** @param zone only there, where the kind is in one. @throws CellError */
  idOf(kind: string, name: string, zone?: unknown): Promise<string>
}

/** Fields that people call a resource by: its name, and its first column where that is a text (a user's `username`). */
function namingFields({ columns, fields }: Resource): string[] {
  const first = columns[0]
  return [...new Set(['name', ...(first !== undefined && fields[first]?.type === 'text' ? [first] : [])])]
}

/** For one file: each name is looked for once. */
export function createNames(store: Store, caller: Caller): Names {
  const known = new Map<string, Promise<string>>()

  async function found(kind: string, name: string, zone: unknown): Promise<string[]> {
    const resource = store.catalogue.resources.find((each) => each.kind === kind)
    if (!resource) return []
    const there: Record<string, string> = resource.locality === 'zone' && typeof zone === 'string' ? { zone } : {}
    for (const field of namingFields(resource)) {
      const request = { where: { ...there, [field]: name }, fields: 'id', limit: 2 }
      const { items } = await store.list<{ id: string }>(kind, caller, request)
      if (items.length > 0) return items.map(({ id }) => id)
    }
    return []
  }

  async function look(kind: string, name: string, zone: unknown): Promise<string> {
    const [id, another] = await found(kind, name, zone)
    if (id === undefined)
      throw new CellError(
        `names no ${spelled(kind)} that you can see`,
        `Give the name or the id of an existing ${spelled(kind)}.`,
      )
    if (another !== undefined)
      throw new CellError(`is the name of more than one ${spelled(kind)}`, 'Give the id of the one that you mean.')
    return id
  }

  return {
    idOf(kind, name, zone) {
      const key = JSON.stringify([kind, name, zone ?? null])
      const lookup = known.get(key) ?? look(kind, name, zone)
      known.set(key, lookup)
      return lookup
    },
  }
}
