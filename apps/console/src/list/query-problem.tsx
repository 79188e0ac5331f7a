/** What is wrong with a query, with the place marked in what was typed. */
import type { FieldProblem } from '../api/problem.ts'

interface Props {
  text: string
  problem: FieldProblem
}

/** `at character 7: a value is expected` → the place, from 0, and the rest. */
function partsOf(message: string): { at?: number; what: string } {
  const [, place, what] = /^at character (\d+): (.*)$/s.exec(message) ?? []
  return place === undefined ? { what: message } : { at: Number(place) - 1, what: what ?? '' }
}

export function QueryProblem({ text, problem: { message, remedy } }: Props) {
  const { at, what } = partsOf(message)
  const characters = [...text]
  return (
    <div id="query-problem" className="query-problem" role="alert">
      {at !== undefined && (
        <code>
          {characters.slice(0, at).join('')}
          <mark>{characters[at] ?? '\u00a0'}</mark>
          {characters.slice(at + 1).join('')}
        </code>
      )}
      <span>
        {what}
        {/[.?]$/.test(what) ? '' : '.'} {remedy}
      </span>
    </div>
  )
}
