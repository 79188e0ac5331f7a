/** Conditions → filters: names are looked up in what the viewer has, values are read as what the fields hold. */
import { type FieldSpec, fateOf, kebab, type Relation, similar } from '@basalt/resource'
import type { Bound, Filter, Place, Test } from './filter.ts'
import { isOrdered, isSearched, operandOf, prefixRange } from './literals.ts'
import { QueryError, some } from './query-error.ts'
import type { KindScope, Scopes } from './scope.ts'
import { type Condition, type Item, isRange, LIMITS, type Literal, type TestNode, type Word } from './syntax.ts'

/** What names are looked up in: a row of a kind, or the object at a place. */
type Subject = { kind: KindScope } | { place: Place }

/** Where a path ends: at a value, or at those that refer here. */
type End = { place: Place } | { relation: Relation; target: KindScope }

const spelled = ({ resource }: KindScope): string => kebab(resource.plural).replaceAll('-', ' ')

/** Hidden or misspelled: nothing here tells which. */
export function unknownName(word: Word, owner: string, names: readonly string[]): QueryError {
  const close = similar(word.text.slice(0, 60), names)
  const guess = close.length > 0 ? `; did you mean ${close.map((name) => `"${name}"`).join(' or ')}?` : ''
  return new QueryError(
    word.at,
    `${owner} no field or relation ${JSON.stringify(word.text.slice(0, 60))}${guess}`,
    close.length > 0 ? `Write "${close[0]}".` : `There is: ${some(names, 40)}.`,
  )
}

/** The names that lead on from a kind. */
export const unknownIn = (kind: KindScope, word: Word): QueryError =>
  unknownName(word, `${spelled(kind)} have`, [...new Set([...kind.columns.keys(), ...kind.relations.keys()])])

export function targetOf(relation: Relation, scopes: Scopes): KindScope {
  const target = scopes.get(relation.kind)
  if (!target) throw new TypeError(`the relation ${relation.name} leads to a hidden kind`)
  return target
}

/** The member of an object; objects without declared members may have any. */
function memberOf(place: Place, word: Word): Place {
  const fields = place.spec.fields ?? {}
  const members = [...place.members, word.text]
  if (Object.hasOwn(fields, word.text)) return { ...place, members, spec: fields[word.text] as FieldSpec }
  const names = Object.keys(fields)
  if (names.length > 0) throw unknownName(word, 'it has', names)
  return { ...place, members, spec: { type: 'text' } }
}

class Resolver {
  private totalHops = 0

  constructor(private readonly scopes: Scopes) {}

  resolve(condition: Condition, subject: Subject): Filter {
    switch (condition.type) {
      case 'and':
      case 'or':
        return {
          type: condition.type === 'and' ? 'all' : 'any',
          filters: condition.terms.map((term) => this.resolve(term, subject)),
        }
      case 'not':
        return { type: 'not', filter: this.resolve(condition.term, subject) }
      case 'some':
        return this.follow(condition.path, subject, (end) => this.block(condition, end))
      case 'test': {
        const filter = this.follow(condition.path, subject, (end) => this.test(condition, end))
        // A missing value is what is left when there is no present one, wherever the path leads.
        const negated = condition.operator === 'null' ? !condition.negated : condition.negated
        return negated ? { type: 'not', filter } : filter
      }
    }
  }

  private hop(word: Word): void {
    if (++this.totalHops > LIMITS.totalHops)
      throw new QueryError(word.at, `it follows more than ${LIMITS.totalHops} relations`, 'Ask in several queries.')
  }

  /** Walks a path. What is true at its end has to be true for something that it leads to. */
  private follow(path: Word[], subject: Subject, end: (end: End) => Filter): Filter {
    if (path.length > LIMITS.hops + 1)
      throw new QueryError(
        path[0]?.at ?? 0,
        `the path has more than ${LIMITS.hops + 1} names`,
        'Begin nearer to what is asked for.',
      )
    return 'kind' in subject ? this.fromRow(path, subject.kind, end) : this.fromPlace(path, subject.place, end)
  }

  private fromRow([word, ...rest]: Word[], kind: KindScope, end: (end: End) => Filter): Filter {
    if (!word) throw new TypeError('a path has names')
    const column = kind.columns.get(word.text)
    const relation = kind.relations.get(word.text)
    if (relation && (rest.length > 0 || !column)) {
      this.hop(word)
      const target = targetOf(relation, this.scopes)
      if (rest.length === 0) return end({ relation, target })
      return { type: 'related', relation, target, filter: this.fromRow(rest, target, end) }
    }
    if (!column) throw unknownIn(kind, word)
    return this.fromPlace(rest, { column, members: [], spec: column.spec }, end, word)
  }

  private fromPlace(path: Word[], place: Place, end: (end: End) => Filter, before?: Word): Filter {
    const [word, ...rest] = path
    if (!word) return end({ place })
    if (place.spec.type === 'list') {
      this.hop(word)
      return { type: 'item', place, filter: this.fromPlace(path, itemOf(place), end, before) }
    }
    if (place.spec.type !== 'object' && place.spec.type !== 'json')
      throw new QueryError(
        word.at,
        `"${before?.text ?? 'it'}" leads nowhere: it has no ${JSON.stringify(word.text.slice(0, 60))}`,
        `Leave ".${word.text.slice(0, 60)}" out.`,
      )
    return this.fromPlace(rest, memberOf(place, word), end, word)
  }

  /** `nics(address = 10.0.0.5 and network = …)`: one and the same. */
  private block({ path, condition }: Extract<Condition, { type: 'some' }>, end: End): Filter {
    const word = path.at(-1) as Word
    if ('relation' in end) return { type: 'related', ...end, filter: this.resolve(condition, { kind: end.target }) }
    const { place } = end
    const target = place.spec.type === 'ref' ? this.scopes.get(place.spec.kind ?? '') : undefined
    if (place.column && place.members.length === 0 && target) {
      this.hop(word)
      const relation: Relation = {
        name: word.text,
        to: 'one',
        kind: target.resource.kind,
        field: place.column.field,
        audience: 'tenant',
        fate: fateOf(place.spec),
      }
      return { type: 'related', relation, target, filter: this.resolve(condition, { kind: target }) }
    }
    if (place.spec.type === 'object') {
      const present: Filter = { type: 'test', place, test: { op: 'present' } }
      return { type: 'all', filters: [present, this.resolve(condition, { place })] }
    }
    if (place.spec.type === 'list' && place.spec.items?.type === 'object') {
      this.hop(word)
      return { type: 'item', place, filter: this.resolve(condition, { place: itemOf(place) }) }
    }
    throw new QueryError(word.at, `"${word.text}" holds plain values`, `Compare it: ${word.text} = …`)
  }

  private test(node: TestNode, end: End): Filter {
    const word = node.path.at(-1) as Word
    if ('relation' in end) {
      if (node.operator === 'null') return { type: 'related', ...end, filter: { type: 'all', filters: [] } }
      throw new QueryError(
        word.at,
        `"${word.text}" leads to ${spelled(end.target)}, not to a value`,
        `Name one of their fields: ${word.text}.name`,
      )
    }
    const { place } = end
    if (node.operator === 'null') return { type: 'test', place, test: { op: 'present' } }
    const item = place.spec.type === 'list' ? comparedItem(place) : undefined
    if (item) {
      this.hop(word)
      return { type: 'item', place, filter: { type: 'test', place: item, test: this.testOf(node, item.spec, word) } }
    }
    return { type: 'test', place, test: this.testOf(node, place.spec, word) }
  }

  private testOf(node: TestNode, spec: FieldSpec, word: Word): Test {
    const { operator, items } = node
    if (spec.type === 'object' || spec.type === 'list') {
      const names = Object.keys((spec.type === 'list' ? spec.items?.fields : spec.fields) ?? {})
      throw new QueryError(
        word.at,
        `"${word.text}" holds objects, not values`,
        names.length > 0 ? `Name a member: ${word.text}.${names.join(`, ${word.text}.`)}.` : 'Name a member.',
      )
    }
    if (operator === '~') return like(node, spec, word)
    const byName = spec.type === 'ref' && this.scopes.has(spec.kind ?? '') ? `${word.text}.name` : undefined
    const needsOrder = operator !== 'in' || items.some(isRange)
    if (needsOrder && !isOrdered(spec))
      throw new QueryError(node.at, `"${word.text}" (${spec.type}) has no order`, 'Use =, != or in (…).')
    if (operator === 'in') return among(items, spec, byName)
    const bound = { operand: operandOf(items[0] as Literal, spec), inclusive: operator === '<=' || operator === '>=' }
    return { op: 'in', values: [], ranges: [operator.startsWith('<') ? { to: bound } : { from: bound }] }
  }
}

/** The items of a list; they are what further names are looked up in. */
const itemOf = (place: Place): Place => ({ members: [], spec: place.spec.items as FieldSpec })

/** What of the items of a list is compared: themselves, or the member that stands for them. */
function comparedItem({ spec }: Place): Place | undefined {
  const item = spec.items as FieldSpec
  const member = spec.matchedBy === undefined ? undefined : item.fields?.[spec.matchedBy]
  if (spec.matchedBy !== undefined && member) return { members: [spec.matchedBy], spec: member }
  return item.type === 'object' || item.type === 'list' ? undefined : { members: [], spec: item }
}

function like({ items, at }: TestNode, spec: FieldSpec, word: Word): Test {
  const { pieces } = items[0] as Literal
  if (!isSearched(spec)) {
    const remedy = spec.type === 'ref' ? `Ask by name: ${word.text}.name ~ …` : 'Use =, <, > or a range.'
    throw new QueryError(at, `"${word.text}" (${spec.type}) has no parts to look for`, remedy)
  }
  if (pieces.length - 1 > LIMITS.wildcards)
    throw new QueryError(at, `there are more than ${LIMITS.wildcards} wildcards`, 'Use fewer "*".')
  return { op: 'like', pieces }
}

function among(items: readonly Item[], spec: FieldSpec, byName: string | undefined): Test {
  const bound = (literal: Literal | undefined): Bound | undefined =>
    literal && { operand: operandOf(literal, spec), inclusive: true }
  const ranges = items.flatMap((item) => {
    if (isRange(item)) return [{ from: bound(item.from), to: bound(item.to) }]
    return prefixRange(item, spec) ?? []
  })
  const values = items.flatMap((item) =>
    isRange(item) || prefixRange(item, spec) ? [] : [operandOf(item, spec, byName)],
  )
  return { op: 'in', values, ranges }
}

/** @throws {QueryError} */
export const resolveQuery = (condition: Condition, kind: KindScope, scopes: Scopes): Filter =>
  new Resolver(scopes).resolve(condition, { kind })
