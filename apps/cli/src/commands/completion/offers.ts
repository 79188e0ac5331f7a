/** What may stand in place of an argument or of an option's value, told where the command is made. */
import type { Kind } from '@basalt/resource'
import { collect, type ListQuery } from '@basalt/sdk'
import type { Argument, Option } from 'commander'
import type { Context } from '../../context.ts'
import { labelOf, namingFields, type Row } from '../../input/references.ts'
import { kebab } from '../../words.ts'

export interface Candidate {
  /** One that ends with `=`, `.` or `,` is not the whole word yet: the shell puts no space behind it. */
  word: string
  doc?: string
}

export interface Asked {
  context: Context
  /** Arguments that the command has already. */
  before: readonly string[]
  /** The word at the cursor, as far as it is written. */
  current: string
}

export type Completer = (asked: Asked) => readonly Candidate[] | Promise<readonly Candidate[]>

const offers = new WeakMap<Argument | Option, Completer>()

export function completes(target: Argument | Option | undefined, completer: Completer): void {
  if (target) offers.set(target, completer)
}

export const completerOf = (target: Argument | Option): Completer | undefined => offers.get(target)

/** Names are worth waiting for only so long. */
const NAMES_TIMEOUT_MS = 1_500
const MOST = 100

/** In a query, whatever it holds. */
const quoted = (text: string): string => `'${text.replace(/[\\'*]/g, '\\$&')}`

async function rowsLike({ context, current }: Asked, kind: Kind, query: ListQuery): Promise<Row[]> {
  const { http } = await context.cloud()
  // The server looks among all of them; which field has the name, not every kind tells.
  const names = namingFields(kind).filter((name) => kind.fields.some((field) => field.name === name))
  const q = current ? names.map((name) => `${name} ~ ${quoted(current)}*'`).join(' or ') : undefined
  const both = query.q && q ? `(${query.q}) and (${q})` : (query.q ?? q)
  const list = http.list<Row>(kind.path, { ...query, q: both, limit: MOST }, { timeoutMs: NAMES_TIMEOUT_MS })
  return collect(list, MOST)
}

const looksLikeId = (word: string): boolean => /^[0-9a-f]{4,8}(-[0-9a-f-]*)?$/i.test(word)

async function idsLike(asked: Asked, kind: Kind, query: ListQuery): Promise<Candidate[]> {
  if (!looksLikeId(asked.current)) return []
  const rows = await rowsLike({ ...asked, current: '' }, kind, query)
  return rows.map((row) => ({ word: row.id, doc: labelOf(kind, row) }))
}

/** Names of resources; ids, too, once an id is begun. @param query of those that can be meant here */
export const namesOf =
  (kind: Kind, query: ListQuery = {}): Completer =>
  async (asked) => {
    const [rows, ids] = await Promise.all([rowsLike(asked, kind, query), idsLike(asked, kind, query)])
    const names = rows.map((row) => ({ word: labelOf(kind, row), doc: String(row.state ?? row.description ?? '') }))
    return [...names, ...ids]
  }

export const kindWords: Completer = ({ context }) =>
  context.catalogue.kinds.map((kind) => ({ word: kebab(kind.kind), doc: kind.doc }))

export const profileNames: Completer = ({ context: { profiles } }) =>
  Object.entries(profiles.all()).map(([word, { url }]) => ({ word, doc: url }))

/** The same behind what is there already: `a,b,` and then one more. */
export const separated =
  (completer: Completer): Completer =>
  async (asked) => {
    const before = asked.current.slice(0, asked.current.lastIndexOf(',') + 1)
    const sign = before === '' && asked.current.startsWith('-') ? '-' : ''
    const current = asked.current.slice(before.length + sign.length)
    const candidates = await completer({ ...asked, current })
    return candidates.map(({ word, doc }) => ({ word: before + sign + word, doc }))
  }

/** Fields, and beyond references with a dot. */
export const fieldPaths =
  (kind: Kind): Completer =>
  ({ context: { catalogue }, current }) => {
    const segments = current.split('.').slice(0, -1)
    let scope: Kind | undefined = kind
    for (const name of segments)
      scope = catalogue.kind(scope?.relations.find((each) => each.name === name && each.to === 'one')?.kind ?? '')
    const before = segments.map((name) => `${name}.`).join('')
    const onwards = (scope?.relations ?? []).filter(({ to }) => to === 'one')
    return [
      ...(scope?.fields ?? []).map(({ name, doc }) => ({ word: before + name, doc })),
      ...onwards.map(({ name, kind: other }) => ({ word: `${before}${name}.`, doc: `of its ${kebab(other)}` })),
    ]
  }

export const fieldList = (kind: Kind): Completer => separated(fieldPaths(kind))
