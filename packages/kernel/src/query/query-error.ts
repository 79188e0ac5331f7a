/** What is wrong with a query: where, what was expected, and what to write instead. */
import { invalid, type Problem } from '../problem.ts'

export class QueryError extends Error {
  /** @param at the character it is about, from 0 */
  constructor(
    readonly at: number,
    message: string,
    readonly remedy: string,
  ) {
    super(message)
    this.name = 'QueryError'
  }
}

/** `place` of a text as people count: from 1. */
const place = (at: number): string => `character ${at + 1}`

/**
 * Runs what reads a parameter; its errors become those of the request.
 * @param field the parameter
 * @param single whether the parameter is one value, where a position tells nothing
 */
export function blaming<T>(field: string, read: () => T, single = false): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw problemOf(field, error, single)
  }
}

function problemOf(field: string, { at, message, remedy }: QueryError, single: boolean): Problem {
  const text = single ? message : `at ${place(at)}: ${message}`
  const end = /[.?]$/.test(message) ? '' : '.'
  return invalid([{ field, message: text, remedy }], `The parameter "${field}" is wrong ${text}${end}`)
}

/** A few names of many, for a remedy. */
export function some(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most)
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ')
}
