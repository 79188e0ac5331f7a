/** What goes with a resource: everything that follows it, vanishes with it or is carried by it, to any depth, as its rows are now. */
import { isDeletable, tiesTo } from '@basalt/resource'
import type { Row } from '../database.ts'
import { conflict } from '../problem.ts'
import type { Store } from '../store.ts'
import { grouped } from './grouped.ts'

/** How a resource goes: by its own delete, by that of the one it is part of, or with the row of another. */
export type How = 'deleted' | 'carried' | 'vanishes'

export interface Member {
  kind: string
  id: string
  row: Row & { id: string }
  how: How
}

/** One refers to the other, and both go. */
export interface Bond {
  from: string
  to: string
  by: 'refers' | 'carried' | 'vanishes'
}

/** It refers to something that goes, and stays. */
export interface Holder {
  kind: string
  row: Row & { id: string }
  /** Key of what it holds. */
  holds: string
}

export interface Closure {
  root: Member
  /** By key, in the order in which they were found. */
  members: ReadonlyMap<string, Member>
  bonds: readonly Bond[]
  holders: readonly Holder[]
}

/** A reservation has the id of its VM: the kind is part of the key. */
export const keyOf = (kind: string, id: string): string => `${kind}/${id}`

/** Most resources that go in one deletion. */
export const MOST_MEMBERS = 10_000

type Found = Row & { id: string }
type Call = Pick<Member, 'kind' | 'row'>

interface Search {
  store: Store
  found: Map<string, Call>
  bonds: Bond[]
  /** Those that refer and do not go by that reference; some go by another. */
  candidates: Holder[]
}

const tooMuch = () =>
  conflict(
    'TOO_MUCH_AT_ONCE',
    `More than ${MOST_MEMBERS} resources would go.`,
    'Delete parts of it first, each with what it has.',
  )

function add({ found }: Search, kind: string, row: Found): Call[] {
  const key = keyOf(kind, row.id)
  if (found.has(key)) return []
  if (found.size >= MOST_MEMBERS) throw tooMuch()
  const member = { kind, row }
  found.set(key, member)
  return [member]
}

/** Who refers to these, all of one kind. */
async function referringTo(search: Search, kind: string, rows: readonly Found[]): Promise<Call[]> {
  const { store, bonds, candidates } = search
  const ids = rows.map(({ id }) => id)
  const next: Call[] = []
  for (const { resource, field, fate, kindField } of tiesTo(kind, store.catalogue.resources)) {
    // What is a mere record of another vanishes with that, has no say, and may be a lot.
    if (fate === 'letsGo' || resource.view || (resource.quiet && !isDeletable(resource))) continue
    const where = { [field]: ids, ...(kindField ? { [kindField]: kind } : {}) }
    for (const row of await store.all<Found>(resource.kind, where)) {
      const to = keyOf(kind, row[field] as string)
      const from = keyOf(resource.kind, row.id)
      if (from === to) continue
      bonds.push({ from, to, by: fate === 'vanishes' ? 'vanishes' : 'refers' })
      const goes = fate === 'vanishes' || (fate === 'follows' && isDeletable(resource))
      if (goes) next.push(...add(search, resource.kind, row))
      else candidates.push({ kind: resource.kind, row, holds: to })
    }
  }
  return next
}

/** Who is carried by these. */
async function carriedBy(search: Search, kind: string, rows: readonly Found[]): Promise<Call[]> {
  const { store, bonds } = search
  const next: Call[] = []
  for (const resource of store.catalogue.resources) {
    const field = resource.carriedBy[kind]
    if (!field) continue
    for (const row of await store.all<Found>(resource.kind, { [field]: rows.map(({ id }) => id) })) {
      bonds.push({ from: keyOf(resource.kind, row.id), to: keyOf(kind, row[field] as string), by: 'carried' })
      next.push(...add(search, resource.kind, row))
    }
  }
  return next
}

/** Of several ways the one that asks for least: what another removes needs no delete of its own. */
function howOf(key: string, root: string, byWay: ReadonlyMap<Bond['by'], ReadonlySet<string>>): How {
  if (key === root) return 'deleted'
  return byWay.get('carried')?.has(key) ? 'carried' : byWay.get('vanishes')?.has(key) ? 'vanishes' : 'deleted'
}

function closed({ found, bonds, candidates }: Search, root: string): Closure {
  const byWay = new Map<Bond['by'], Set<string>>()
  for (const { from, by } of bonds) byWay.set(by, (byWay.get(by) ?? new Set()).add(from))
  const members = new Map(
    [...found].map(([key, { kind, row }]): [string, Member] => [
      key,
      { kind, id: row.id, row, how: howOf(key, root, byWay) },
    ]),
  )
  return {
    root: members.get(root) as Member,
    members,
    bonds: bonds.filter(({ from }) => members.has(from)),
    holders: candidates.filter(({ kind, row }) => !members.has(keyOf(kind, row.id))),
  }
}

/**
 * Null when there is no such resource. Reads each kind once for each step of depth.
 * @throws Problem TOO_MUCH_AT_ONCE
 */
export async function closureOf(store: Store, kind: string, id: string): Promise<Closure | null> {
  const [row] = await store.all<Found>(kind, { id })
  if (!row) return null
  const search: Search = { store, found: new Map(), bonds: [], candidates: [] }
  let frontier = add(search, kind, row)
  while (frontier.length > 0) {
    const next: Call[] = []
    for (const [each, members] of grouped(frontier, (member) => member.kind)) {
      const rows = members.map((member) => member.row)
      next.push(...(await referringTo(search, each, rows)), ...(await carriedBy(search, each, rows)))
    }
    frontier = next
  }
  return closed(search, keyOf(kind, id))
}
