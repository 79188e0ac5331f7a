/** Refusals that name a character of what was typed: the text is shown with a mark below it. */
import { ApiProblem } from '@basalt/sdk'
import { widthOf } from './text.ts'

/** A message that begins `at character 7: ...` with the text and a mark under its seventh character. */
function pointing(message: string, text: string): string {
  const [, place] = /^at character (\d+): /.exec(message) ?? []
  if (place === undefined || text.includes('\n')) return message
  const before = [...text].slice(0, Number(place) - 1).join('')
  return `${message}\n    ${text}\n    ${' '.repeat(widthOf(before))}^`
}

/**
 * The error with what was typed in it, where it says which character is wrong; any other as it is.
 * @param typed parameters of the request by name, as the user wrote them
 */
export function pointAt(error: unknown, typed: Readonly<Record<string, string | undefined>>): unknown {
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return error
  const { status, code, message, remedy, retryAfterSeconds } = error
  const errors = error.errors.map((each) => {
    const text = typed[each.field]
    return text === undefined ? each : { ...each, message: pointing(each.message, text) }
  })
  return new ApiProblem({ status, code, detail: message, remedy, retryAfterSeconds, errors })
}
