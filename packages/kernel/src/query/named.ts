/**
 * The order of rows by a list whose items go by a name, such as tags: by all the names, or by what those of one key say. The key of
 * `env:test` and of `env=test` is `env`, their value `test`; an item that is named as the key alone has the empty value, before all others.
 */
import { type Column, f } from '@basalt/resource'
import { columnSql, parameter, type Statement } from './compile.ts'
import { QueryError } from './query-error.ts'
import type { Word } from './syntax.ts'

export interface Named {
  column: Column
  /** What the items go by. */
  member: string
  /** Those of this key only; all of them without. */
  key?: string
}

/** As far as the order is concerned, the list is a text; a row without such items has none. */
export const NAMED_SPEC = f.text({ optional: true })

/** What of a path is left behind the column is the key, which may have dots. Undefined when the column is not such a list. */
export function namedOf(column: Column, rest: readonly Word[]): Named | undefined {
  const { matchedBy } = column.spec
  if (!matchedBy) return undefined
  if (rest.length === 0) return { column, member: matchedBy }
  const key = rest.map(({ text }) => text).join('.')
  if (key === '' || key.includes('\0'))
    throw new QueryError(
      rest[0]?.at ?? 0,
      `"${column.field}." lacks a key`,
      `Write "${column.field}" or a key: -${column.field}.env`,
    )
  return { column, member: matchedBy, key }
}

/** The text that a row is ordered by. */
export function namedSql(statement: Statement, { column, member, key }: Named, subject: string): string {
  const alias = statement.alias()
  const name = `("${alias}"."value" ->> ${parameter(statement, member, 'text')})`
  const items = `jsonb_array_elements(${columnSql(subject, column.name)}) as "${alias}"("value")`
  if (key === undefined) return `(select string_agg(${name}, ', ' order by ${name}) from ${items})`
  const bare = parameter(statement, key, 'text')
  const rest = `ltrim(substr(${name}, length(${bare}) + 2))`
  const hasKey = `left(${name}, length(${bare}) + 1) in (${bare} || ':', ${bare} || '=')`
  return `(select min(case when ${name} = ${bare} then '' else ${rest} end) from ${items} where ${name} = ${bare} or ${hasKey})`
}
