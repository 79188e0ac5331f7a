/** Paths that lead to exactly one value, for `fields`, `sort` and `groupBy`: fields of the kind, and of what its references point to. */
import { type Column, type FieldSpec, type Relation, snake, tableName } from '@basalt/resource'
import { visibleSql } from '../visibility.ts'
import { columnSql, type Statement, valueSql } from './compile.ts'
import type { Place } from './filter.ts'
import { NAMED_SPEC, type Named, namedOf } from './named.ts'
import { QueryError } from './query-error.ts'
import { targetOf, unknownIn, unknownName } from './resolve.ts'
import type { KindScope, Scopes } from './scope.ts'
import { LIMITS, type Word } from './syntax.ts'

export interface Reach {
  /** As it was written, e.g. `host.name`. */
  name: string
  at: number
  /** References that lead to it. */
  relations: { relation: Relation; target: KindScope }[]
  place: Place & { column: Column }
  /** Instead of the column's own value: what the items of its list are named. */
  named?: Named
}

/** `a, b.c` → names and where they are. */
export function namesOf(text: string, most: number): Word[] {
  let at = 0
  const words = text.split(',').map((part): Word => {
    const word = { text: part.trim(), at: at + part.length - part.trimStart().length }
    at += part.length + 1
    return word
  })
  const [surplus] = words.slice(most)
  if (surplus) throw new QueryError(surplus.at, `there are more than ${most} names`, `Name at most ${most}.`)
  return words
}

function wordsOf({ text, at }: Word): Word[] {
  let start = at
  const words = text.split('.').map((part) => {
    const word = { text: part, at: start }
    start += part.length + 1
    return word
  })
  if (words.length > LIMITS.hops + 1)
    throw new QueryError(at, `the path has more than ${LIMITS.hops + 1} names`, 'Begin nearer to what is asked for.')
  return words
}

function memberPlace(column: Column, members: readonly Word[]): Place & { column: Column } {
  let spec: FieldSpec = column.spec
  for (const word of members) {
    const fields = spec.fields ?? {}
    if (spec.type !== 'object' && spec.type !== 'json')
      throw new QueryError(word.at, `there is nothing beyond "${column.field}"`, 'Name the field alone.')
    if (Object.hasOwn(fields, word.text)) spec = fields[word.text] as FieldSpec
    else if (Object.keys(fields).length > 0) throw unknownName(word, 'it has', Object.keys(fields))
    else spec = { type: 'text' }
  }
  return { column, members: members.map(({ text }) => text), spec }
}

/**
 * @param byNames whether a list whose items go by a name counts as one value, its names
 * @throws {QueryError} when the path leads nowhere, or to several
 */
export function reachOf(path: Word, kind: KindScope, scopes: Scopes, byNames = false): Reach {
  const relations: Reach['relations'] = []
  const words = wordsOf(path)
  let scope = kind
  for (const [index, word] of words.entries()) {
    const rest = words.slice(index + 1)
    const column = scope.columns.get(word.text)
    const relation = scope.relations.get(word.text)
    if (relation?.to === 'many' && !column)
      throw new QueryError(
        word.at,
        `"${word.text}" leads to several ${relation.kind === word.text ? 'values' : word.text}, and one value is needed here`,
        `List them by themselves, or filter by them: q=${word.text}.name = …`,
      )
    if (relation && rest.length > 0) {
      scope = targetOf(relation, scopes)
      relations.push({ relation, target: scope })
    } else if (column) {
      const named = byNames ? namedOf(column, rest) : undefined
      const place = named ? { column, members: [], spec: NAMED_SPEC } : memberPlace(column, rest)
      return { name: path.text, at: path.at, relations, place, ...(named ? { named } : {}) }
    } else throw unknownIn(scope, word)
  }
  throw unknownIn(scope, { text: '', at: path.at + path.text.length })
}

/** Tables that values are taken from: each is joined once, however many values come from it. */
export interface Joins {
  /** The alias of the table that has the value. */
  aliasOf(reach: Reach): string
  /** For the `from` clause, after the table itself. */
  sql(): string
}

export function createJoins(statement: Statement, base: string): Joins {
  const aliases = new Map<string, string>()
  const clauses: string[] = []
  function join(from: string, { relation, target }: Reach['relations'][number]): string {
    const alias = statement.alias()
    const visible = visibleSql(target.resource, statement.viewer, statement.values, alias)
    const reference = columnSql(from, snake(relation.field))
    clauses.push(
      `left join "${tableName(target.resource)}" "${alias}" on ${columnSql(alias, 'id')} = ${reference} and ${visible}`,
    )
    return alias
  }
  return {
    aliasOf({ relations }) {
      let alias = base
      let path = ''
      for (const step of relations) {
        path += `.${step.relation.name}`
        const known = aliases.get(path) ?? join(alias, step)
        aliases.set(path, known)
        alias = known
      }
      return alias
    },
    sql: () => clauses.map((clause) => ` ${clause}`).join(''),
  }
}

/** What is shown of it. */
export function shownSql(statement: Statement, { place }: Reach, alias: string): string {
  const column = columnSql(alias, place.column.name)
  if (place.members.length === 0) return column
  const isText = !['list', 'object', 'json', 'integer', 'bytes', 'boolean'].includes(place.spec.type)
  if (isText) return valueSql(statement, place, alias, 'text')
  statement.values.push(place.members)
  return `(${column} #> $${statement.values.length}::text[])`
}
