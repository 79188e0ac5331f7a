/** Which rows a request is about: those the viewer may see, of these the ones that it asks for. */
import { tableName } from '@basalt/resource'
import { binSql } from '../recycle/bin.ts'
import { visibleSql } from '../visibility.ts'
import { filterSql, type Statement } from './compile.ts'
import { parseQuery } from './parser.ts'
import { blaming } from './query-error.ts'
import { resolveQuery } from './resolve.ts'
import type { KindScope, Scopes } from './scope.ts'
import type { Condition } from './syntax.ts'

export interface SelectionRequest {
  /** The filter language; see docs/how-to/query.md. */
  q?: string
  /** Fields, or paths to them, that must have exactly this value. */
  where?: Record<string, string>
  /** What lies in the recycle bin, in place of what does not. */
  recycled?: boolean
}

/** `?field=value` as a condition. */
function equality(path: string, value: string): Condition {
  const words = path.split('.').map((text) => ({ text, at: 0 }))
  const literal = { text: value, pieces: [value], quoted: true, at: 0 }
  return { type: 'test', path: words, operator: 'in', negated: false, items: [literal], at: 0 }
}

/** Conditions of the statement's `where`. */
export function conditionsOf(
  statement: Statement,
  kind: KindScope,
  scopes: Scopes,
  { q, where = {}, recycled = false }: SelectionRequest,
  alias: string,
): string[] {
  const conditions = [visibleSql(kind.resource, statement.viewer, statement.values, alias)]
  conditions.push(binSql(kind.resource, recycled, alias))
  if (q !== undefined) {
    const filter = blaming('q', () => resolveQuery(parseQuery(q), kind, scopes))
    conditions.push(filterSql(statement, filter, alias))
  }
  for (const [path, value] of Object.entries(where)) {
    const filter = blaming(path, () => resolveQuery(equality(path, value), kind, scopes), true)
    conditions.push(filterSql(statement, filter, alias))
  }
  return conditions
}

export const fromSql = ({ resource }: KindScope, alias: string): string => `from "${tableName(resource)}" "${alias}"`
