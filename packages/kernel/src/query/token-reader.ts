/** The tokens of a query, one after the other. */
import type { Token } from './lexer.ts'
import { QueryError } from './query-error.ts'

/** What is there instead, for an error. */
export const shown = (token: Token): string =>
  token.type === 'sign' && token.text === '' ? 'the query ends' : `there is ${JSON.stringify(token.text.slice(0, 40))}`

export class TokenReader {
  private at = 0
  private readonly tokens: readonly Token[]

  /** @param tokens the end is the last one */
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  peek(): Token {
    return (this.tokens[this.at] ?? this.tokens.at(-1)) as Token
  }

  next(): Token {
    const token = this.peek()
    this.at++
    return token
  }

  isWord(word: string): boolean {
    const token = this.peek()
    return token.type === 'word' && token.text.toLowerCase() === word
  }

  /** Goes on when the next token is this word. */
  takeWord(word: string): boolean {
    const isThere = this.isWord(word)
    if (isThere) this.at++
    return isThere
  }

  /** The empty sign is the end. */
  isSign(text: string): boolean {
    const token = this.peek()
    return token.type === 'sign' && token.text === text
  }

  /** Goes on when the next token is this sign. */
  takeSign(text: string): boolean {
    const isThere = this.isSign(text)
    if (isThere) this.at++
    return isThere
  }

  /** @throws {QueryError} when the next token is another one */
  need(text: string, why: string): void {
    const token = this.peek()
    if (this.takeSign(text)) return
    throw new QueryError(token.at, `"${text}" is expected ${why}, but ${shown(token)}`, `Add "${text}" here.`)
  }
}
