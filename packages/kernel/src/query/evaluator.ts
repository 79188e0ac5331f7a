/**
 * What a query means, said as plainly as it can be: over rows in memory, one after the other, without SQL. Only tests use it; they hold
 * the compiled statements against it.
 */
import { type FieldSpec, type Relation, type Resource, relationsOf } from '@basalt/resource'
import { audienceOf } from '../access/grants.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import { isShown } from '../view.ts'
import { mayRead } from '../visibility.ts'
import { operandOf, prefixRange } from './literals.ts'
import { type Condition, type Item, isRange, type Literal, type Range, type TestNode, type Word } from './syntax.ts'

export interface World {
  resources: readonly Resource[]
  /** Rows of each kind. */
  rows: Readonly<Record<string, readonly Row[]>>
  viewer: Caller
  nowMs: number
}

/** Something that a path leads to, and what it is. */
type Thing = { resource: Resource; row: Row } | { spec: FieldSpec; value: unknown }

/** A world as its viewer sees it. */
interface Seen extends World {
  visible: Map<string, { resource: Resource; row: Row }[]>
  relations: Map<string, Relation[]>
}

function seen(world: World): Seen {
  const { resources, rows, viewer } = world
  const owner = (row: Row): string | null => (row.account as string | undefined) ?? null
  const visible = resources.map((resource): [string, { resource: Resource; row: Row }[]] => [
    resource.kind,
    (rows[resource.kind] ?? [])
      .filter((row) => mayRead(resource, owner(row), row, viewer))
      .map((row) => ({ resource, row })),
  ])
  const relations = resources.map((resource): [string, Relation[]] => [resource.kind, relationsOf(resource, resources)])
  return { ...world, visible: new Map(visible), relations: new Map(relations) }
}

const visibleRows = ({ visible }: Seen, kind: string) => visible.get(kind) ?? []

/** Not in the recycle bin. */
const isAlive = (row: Row): boolean => (row.recycledAt ?? null) === null

/** One step: what a name leads to from here. Nothing where there is no value. */
function step(world: Seen, thing: Thing, { text }: Word, isLast: boolean): Thing[] {
  if ('value' in thing) {
    const spec = thing.spec.fields?.[text] ?? { type: 'text' as const }
    const value = (thing.value as Record<string, unknown>)[text]
    return unfold({ spec, value })
  }
  const { resource, row } = thing
  const spec = resource.fields[text]
  const relation = world.relations.get(resource.kind)?.find(({ name }) => name === text)
  if (spec && (isLast || spec.type !== 'ref'))
    return isShown(spec, audienceOf(world.viewer))
      ? named(unfold({ spec, value: row[text] }), isLast && spec.matchedBy)
      : []
  if (relation?.to === 'one')
    return visibleRows(world, relation.kind).filter((other) => other.row.id === row[relation.field])
  if (relation)
    return visibleRows(world, relation.kind).filter(
      (other) => isAlive(other.row) && other.row[relation.field] === row.id,
    )
  throw new TypeError(`${resource.kind} has no ${text}`)
}

/** Items stand for themselves, or one of their members for them. */
function named(things: { spec: FieldSpec; value: unknown }[], member: string | undefined | false): Thing[] {
  if (!member) return things
  return things.map(({ spec, value }) => ({ spec: spec.fields?.[member] as FieldSpec, value: (value as Row)[member] }))
}

/** A list is its items; null is nothing. */
function unfold({ spec, value }: { spec: FieldSpec; value: unknown }): { spec: FieldSpec; value: unknown }[] {
  if (value === null || value === undefined) return []
  if (spec.type !== 'list') return [{ spec, value }]
  return (value as unknown[]).flatMap((item) => unfold({ spec: spec.items as FieldSpec, value: item }))
}

/** Everything that a path leads to. @param throughLast whether the last name is followed, too, when it is a reference */
function reached(world: Seen, from: Thing, path: readonly Word[], throughLast = false): Thing[] {
  let things = [from]
  for (const [index, word] of path.entries()) {
    const isLast = index === path.length - 1 && !throughLast
    things = things.flatMap((thing) => step(world, thing, word, isLast))
  }
  return things
}

const addressNumber = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Values by which this type is ordered: numbers, or texts by their code points, as the database's locale does. */
function ordinal(spec: FieldSpec, value: unknown): number | Buffer {
  if (spec.type === 'ipv4') return addressNumber(String(value))
  if (spec.type === 'timestamp') return Date.parse(String(value))
  return typeof value === 'number' ? value : Buffer.from(String(value))
}

function compare(spec: FieldSpec, a: unknown, b: unknown): number {
  const [left, right] = [ordinal(spec, a), ordinal(spec, b)]
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return Buffer.compare(left as Buffer, right as Buffer)
}

function written(world: Seen, literal: Literal, spec: FieldSpec): unknown {
  const operand = operandOf(literal, spec)
  return 'value' in operand ? operand.value : new Date(world.nowMs + operand.fromNowMs).toISOString()
}

function isWithin(world: Seen, spec: FieldSpec, value: unknown, { from, to }: Range): boolean {
  if (from && compare(spec, value, written(world, from, spec)) < 0) return false
  return !to || compare(spec, value, written(world, to, spec)) <= 0
}

function isItem(world: Seen, spec: FieldSpec, value: unknown, item: Item): boolean {
  if (isRange(item)) return isWithin(world, spec, value, item)
  const prefix = prefixRange(item, spec)
  if (!prefix) return (spec.type === 'json' ? String(value) : value) === written(world, item, spec)
  const [first, last] = [prefix.from, prefix.to].map(({ operand }) =>
    addressNumber('value' in operand ? String(operand.value) : ''),
  )
  const number = addressNumber(String(value))
  return number >= (first as number) && number <= (last as number)
}

function isLike(value: unknown, pieces: readonly string[]): boolean {
  const quoted = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const pattern = pieces.length === 1 ? `.*${quoted[0]}.*` : quoted.join('.*')
  return new RegExp(`^${pattern}$`, 'isu').test(String(value))
}

function holds(world: Seen, { operator, items }: TestNode, thing: Thing): boolean {
  if (operator === 'null') return true
  if (!('value' in thing)) throw new TypeError('a resource is no value')
  const { spec, value } = thing
  const first = items[0] as Literal
  if (operator === '~') return isLike(value, first.pieces)
  if (operator === 'in') return items.some((item) => isItem(world, spec, value, item))
  const order = compare(spec, value, written(world, first, spec))
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator]
}

function isTrue(world: Seen, condition: Condition, thing: Thing): boolean {
  switch (condition.type) {
    case 'and':
      return condition.terms.every((term) => isTrue(world, term, thing))
    case 'or':
      return condition.terms.some((term) => isTrue(world, term, thing))
    case 'not':
      return !isTrue(world, condition.term, thing)
    case 'some':
      return reached(world, thing, condition.path, true).some((found) => isTrue(world, condition.condition, found))
    case 'test': {
      const isFound = reached(world, thing, condition.path).some((found) => holds(world, condition, found))
      const negated = condition.operator === 'null' ? !condition.negated : condition.negated
      return negated ? !isFound : isFound
    }
  }
}

/** Ids of the rows of a kind that the viewer gets. */
export function evaluate(world: World, kind: string, condition: Condition): string[] {
  const all = seen(world)
  return visibleRows(all, kind)
    .filter((thing) => isAlive(thing.row) && isTrue(all, condition, thing))
    .map(({ row }) => String(row.id))
}

/** What rows are ordered by: a text or a number, null where there is nothing. */
type Ordinal = number | Buffer | null

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** By the names of a list's items: by all of them, or by the least that those of one key say. */
function ordinalOfNames(names: readonly string[], key: string): Ordinal {
  const said = key === '' ? names : names.flatMap((name) => valueUnder(name, key))
  const inOrder = [...said].sort(byBytes)
  if (inOrder.length === 0) return null
  return Buffer.from(key === '' ? inOrder.join(', ') : (inOrder[0] ?? ''))
}

function valueUnder(name: string, key: string): string[] {
  if (name === key) return ['']
  return [':', '='].flatMap((sign) =>
    name.startsWith(key + sign) ? [name.slice(key.length + 1).replace(/^ +/, '')] : [],
  )
}

/** The value at the end of a path of a sort, in a row. */
function ordinalAt(world: Seen, thing: { resource: Resource; row: Row }, [name = '', ...rest]: string[]): Ordinal {
  const { resource, row } = thing
  const spec = resource.fields[name]
  if (spec?.matchedBy) {
    const member = spec.matchedBy
    return ordinalOfNames(
      ((row[name] ?? []) as Row[]).map((item) => String(item[member])),
      rest.join('.'),
    )
  }
  if (spec && rest.length === 0) return (row[name] ?? null) === null ? null : ordinal(spec, row[name])
  const [next] = step(world, thing, { text: name, at: 0 }, false)
  return next && 'row' in next ? ordinalAt(world, next, rest) : null
}

/** Nothing is greater than anything. */
function compareOrdinals(a: Ordinal, b: Ordinal): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return typeof a === 'number' && typeof b === 'number' ? a - b : Buffer.compare(a as Buffer, b as Buffer)
}

/** Ids of the rows of a kind that the viewer gets, in the order of a sort; rows that are alike, by their ids. */
export function ordered(world: World, kind: string, sort: string): string[] {
  const all = seen(world)
  const keys = sort
    .split(',')
    .map((text) => ({ path: text.replace(/^-/, '').split('.'), isDown: text.startsWith('-') }))
  const last = { path: ['id'], isDown: keys.at(-1)?.isDown ?? false }
  const rows = visibleRows(all, kind).filter(({ row }) => isAlive(row))
  const compareRows = (a: (typeof rows)[number], b: (typeof rows)[number]): number => {
    for (const { path, isDown } of [...keys, last]) {
      const order = compareOrdinals(ordinalAt(all, a, path), ordinalAt(all, b, path))
      if (order !== 0) return isDown ? -order : order
    }
    return 0
  }
  return rows.sort(compareRows).map(({ row }) => String(row.id))
}
