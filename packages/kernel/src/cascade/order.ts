/** In which order things go: whoever refers goes before what it refers to. */
import type { Closure, Member } from './closure.ts'
import { grouped } from './grouped.ts'

/** A deletion, and the keys of those that come before it. */
export interface Work {
  member: Member
  after: ReadonlySet<string>
}

/** @param isLong whether the delete of a kind is work, rather than the removal of a row */
export function orderOf({ members, bonds }: Closure, isLong: (kind: string) => boolean): Map<string, Work> {
  const bondsFrom = grouped(bonds, ({ from }) => from)
  const deleted = [...members].filter(([, { how }]) => how === 'deleted')
  const after = new Map(deleted.map(([key]) => [key, new Set<string>()]))

  /** Whose delete removes it. */
  function removers(key: string, seen: ReadonlySet<string> = new Set()): string[] {
    const how = members.get(key)?.how
    if (how === 'deleted') return [key]
    if (!how || seen.has(key)) return []
    const by = (bondsFrom.get(key) ?? []).filter((bond) => bond.by === how && members.has(bond.to))
    return [...new Set(by.flatMap(({ to }) => removers(to, new Set([...seen, key]))))]
  }
  const before = (first: string, then: string): void => {
    if (first !== then) after.get(then)?.add(first)
  }

  for (const { from, to, by } of bonds) {
    if (by !== 'refers') continue
    const [firsts, thens] = [removers(from), removers(to)]
    // Both go in the same moment, whichever it is.
    if (firsts.some((first) => thens.includes(first))) continue
    for (const first of firsts) for (const then of thens) before(first, then)
  }
  // What would vanish with either of two goes with the one whose delete is work: that is about it.
  for (const [key, { how }] of members) {
    if (how !== 'vanishes') continue
    const [work, rows] = [true, false].map((long) =>
      removers(key).filter((each) => isLong(members.get(each)?.kind ?? '') === long),
    ) as [string[], string[]]
    for (const first of work) for (const then of rows) before(first, then)
  }
  return new Map(deleted.map(([key, member]) => [key, { member, after: after.get(key) ?? new Set() }]))
}

/** The same as a list, in waves: each only comes after some of those before it. What is in a circle comes last. */
export function inWaves(works: ReadonlyMap<string, Work>): Member[] {
  const left = new Map(works)
  const sorted: Member[] = []
  while (left.size > 0) {
    const ready = [...left].filter(([, { after }]) => [...after].every((key) => !left.has(key)))
    for (const [key, { member }] of ready.length > 0 ? ready : [...left]) {
      sorted.push(member)
      left.delete(key)
    }
  }
  return sorted
}
