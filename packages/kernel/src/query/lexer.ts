/** Text → tokens. */
import { QueryError } from './query-error.ts'
import type { Literal } from './syntax.ts'

export type Token =
  | ({ type: 'word' | 'text' } & Literal)
  /** Operators, brackets, commas, `..`, and the end. */
  | { type: 'sign'; text: string; at: number }

const SIGNS = /^(?:!=|!~|>=|<=|\.\.|[=~<>(),])/
/** Signs of other languages, and what they are here. */
const FOREIGN: Record<string, string> = {
  '==': '=',
  '=~': '~',
  '<>': '!=',
  '&&': 'and',
  '||': 'or',
  '&': 'and',
  '|': 'or',
  '!': 'not',
}
const FOREIGN_SIGNS = /^(?:==|=~|<>|&&?|\|\|?|!(?![=~]))/
/** A word ends where a sign begins; two dots are one. */
const WORD = /^(?:(?!\.\.)[^\s(),'"=!<>~&|])+/u

const literal = (type: 'word' | 'text', pieces: string[], at: number): Token => ({
  type,
  text: pieces.join('*'),
  pieces,
  quoted: type === 'text',
  at,
})

/** A quoted text from `at`; `\` keeps the next character from meaning anything. */
function textAt(source: string, at: number): { token: Token; end: number } {
  const quote = source.charAt(at)
  const pieces = ['']
  const add = (part: string): void => void pieces.push((pieces.pop() ?? '') + part)
  for (let index = at + 1; index < source.length; index++) {
    const character = source.charAt(index)
    if (character === quote) return { token: literal('text', pieces, at), end: index + 1 }
    if (character === '*') pieces.push('')
    else add(character === '\\' && index + 1 < source.length ? source.charAt(++index) : character)
  }
  throw new QueryError(
    at,
    `the text that begins here has no end`,
    `Close it with ${quote}, or write \\${quote} inside.`,
  )
}

function tokenAt(source: string, at: number): { token: Token; end: number } {
  const rest = source.slice(at)
  const [foreign] = FOREIGN_SIGNS.exec(rest) ?? []
  if (foreign) throw new QueryError(at, `"${foreign}" is not an operator`, `Write "${FOREIGN[foreign]}".`)
  const [sign] = SIGNS.exec(rest) ?? []
  if (sign) return { token: { type: 'sign', text: sign, at }, end: at + sign.length }
  if (rest.startsWith("'") || rest.startsWith('"')) return textAt(source, at)
  const [word = ''] = WORD.exec(rest) ?? []
  return { token: literal('word', word.split('*'), at), end: at + word.length }
}

/** The tokens of a query, the end last. */
export function tokensOf(source: string): Token[] {
  const nul = source.indexOf('\0')
  if (nul >= 0) throw new QueryError(nul, 'there is a NUL character', 'Leave it out.')
  const tokens: Token[] = []
  for (let at = 0; at < source.length; ) {
    const space = /^\s+/.exec(source.slice(at, at + 1)) ? 1 : 0
    if (space) {
      at += space
      continue
    }
    const { token, end } = tokenAt(source, at)
    tokens.push(token)
    at = end
  }
  return [...tokens, { type: 'sign', text: '', at: source.length }]
}
