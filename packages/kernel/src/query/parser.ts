/** Tokens → conditions. Recursion is bounded by the depth of brackets. */
import { type Token, tokensOf } from './lexer.ts'
import { QueryError } from './query-error.ts'
import { type Condition, type Item, LIMITS, type Literal, type Operator, type TestNode, type Word } from './syntax.ts'
import { shown, TokenReader } from './token-reader.ts'

const NAME = /^[\p{L}_][\p{L}\p{N}_-]*$/u
const OPERATORS = 'Write one of =, !=, >, >=, <, <=, ~, !~, in (…), not in (…), between … and …, is null, is not null.'
const RESERVED = new Set(['and', 'or', 'not', 'in', 'is', 'between'])
/** Words that other languages have. */
const FOREIGN_WORDS = new Map([
  ...['like', 'ilike', 'contains', 'matches'].map((word): [string, string] => [word, '~']),
  ...['eq', 'equals'].map((word): [string, string] => [word, '=']),
  ['ne', '!='],
  ['gt', '>'],
  ['ge', '>='],
  ['lt', '<'],
  ['le', '<='],
])

type Found = Pick<TestNode, 'operator' | 'negated' | 'items'>

/** `host.cluster.name` → its names and where they are. */
function pathOf(token: Token): Word[] {
  if (token.type !== 'word' || RESERVED.has(token.text.toLowerCase())) {
    const quoted = token.type === 'text' ? ' Names are written without quotes.' : ''
    throw new QueryError(
      token.at,
      `a field is expected, but ${shown(token)}`,
      `Write a condition such as name = web-1.${quoted}`,
    )
  }
  let at = token.at
  return token.text.split('.').map((text) => {
    const word = { text, at }
    if (!NAME.test(text))
      throw new QueryError(
        at,
        `${JSON.stringify(text.slice(0, 40))} is not a name of a field`,
        'Names are letters and digits, with dots between them: host.cluster.name.',
      )
    at += text.length + 1
    return word
  })
}

class Parser extends TokenReader {
  private tests = 0
  private items = 0
  private depth = 0

  /** Inside of one more bracket or `not`. */
  private deeper<T>(token: Token, read: () => T): T {
    if (++this.depth > LIMITS.depth)
      throw new QueryError(
        token.at,
        `it is nested more than ${LIMITS.depth} deep`,
        'Write it flatter, or ask in several queries.',
      )
    const result = read()
    this.depth--
    return result
  }

  whole(): Condition {
    if (this.isSign('')) return { type: 'and', terms: [] }
    const condition = this.any()
    const token = this.peek()
    if (this.isSign('')) return condition
    const remedy =
      token.type === 'sign'
        ? 'Write "and" or "or" between conditions.'
        : `Put values with spaces in quotes: 'two words'.`
    throw new QueryError(token.at, `"and", "or" or the end is expected, but ${shown(token)}`, remedy)
  }

  private any(): Condition {
    const terms = [this.all()]
    while (this.takeWord('or')) terms.push(this.all())
    return terms.length === 1 ? (terms[0] as Condition) : { type: 'or', terms }
  }

  private all(): Condition {
    const terms = [this.term()]
    while (this.takeWord('and')) terms.push(this.term())
    return terms.length === 1 ? (terms[0] as Condition) : { type: 'and', terms }
  }

  private term(): Condition {
    const token = this.peek()
    if (this.takeWord('not')) return this.deeper(token, () => ({ type: 'not', term: this.term() }))
    if (this.isSign('(')) return this.bracket('to close the bracket')
    const path = pathOf(this.next())
    if (this.isSign('(')) return { type: 'some', path, condition: this.bracket(`after what "${token.text}" has to be`) }
    return this.test(token, path)
  }

  private bracket(why: string): Condition {
    const token = this.next()
    return this.deeper(token, () => {
      const condition = this.any()
      this.need(')', why)
      return condition
    })
  }

  private test(name: Token, path: Word[]): Condition {
    if (++this.tests > LIMITS.tests)
      throw new QueryError(
        name.at,
        `there are more than ${LIMITS.tests} conditions`,
        'Use "in (…)", or ask in several queries.',
      )
    const at = this.peek().at
    return { type: 'test', path, at, ...this.operator(name) }
  }

  private operator(name: Token): Found {
    const token = this.next()
    const word = token.type === 'text' ? undefined : token.text.toLowerCase()
    const negated = word === 'not' && (this.isWord('in') || this.isWord('between'))
    const found = this.operation(negated ? this.next().text.toLowerCase() : word)
    if (found) return { ...found, negated: negated || found.negated }
    const meant = FOREIGN_WORDS.get(word ?? '')
    throw new QueryError(
      token.at,
      `a comparison is expected after "${name.text}", but ${shown(token)}`,
      meant ? `Write "${meant}".` : OPERATORS,
    )
  }

  private operation(word: string | undefined): Found | undefined {
    switch (word) {
      case '=':
      case '!=':
        return this.equality(word === '!=')
      case '~':
      case '!~':
        return { operator: '~', negated: word === '!~', items: [this.value()] }
      case '<':
      case '<=':
      case '>':
      case '>=':
        return { operator: word as Operator, negated: false, items: [this.value()] }
      case 'in':
        return { operator: 'in', negated: false, items: this.list() }
      case 'between':
        return { operator: 'in', negated: false, items: [this.between()] }
      case 'is': {
        const negated = this.takeWord('not')
        const token = this.next()
        if (token.type === 'word' && token.text.toLowerCase() === 'null')
          return { operator: 'null', negated, items: [] }
        throw new QueryError(
          token.at,
          `"null" is expected, but ${shown(token)}`,
          'Write "is null", "is not null", or "=" for a value.',
        )
      }
      default:
        return undefined
    }
  }

  /** `= null` is `is null`. */
  private equality(negated: boolean): Found {
    if (this.takeWord('null')) return { operator: 'null', negated, items: [] }
    return { operator: 'in', negated, items: [this.item()] }
  }

  private list(): Item[] {
    if (!this.isSign('(')) {
      const item = this.item()
      if ('text' in item)
        throw new QueryError(item.at, 'a list in brackets is expected', `Write "in (${item.text.slice(0, 40)})".`)
      return [item]
    }
    this.next()
    const items = [this.item()]
    while (this.takeSign(',')) items.push(this.item())
    this.need(')', 'at the end of the list')
    return items
  }

  private between(): Item {
    const from = this.value()
    const token = this.peek()
    if (!this.takeWord('and'))
      throw new QueryError(token.at, `"and" is expected, but ${shown(token)}`, 'Write "between 1 and 10".')
    return { at: from.at, from, to: this.value() }
  }

  private item(): Item {
    const { at } = this.peek()
    if (this.takeSign('..')) return { at, to: this.value() }
    const from = this.value()
    if (!this.takeSign('..')) return from
    return this.peek().type === 'sign'
      ? { at, from }
      : this.isConnective()
        ? { at, from }
        : { at, from, to: this.value() }
  }

  /** After an open range the query goes on. */
  private isConnective(): boolean {
    return this.isWord('and') || this.isWord('or')
  }

  private value(): Literal {
    const token = this.next()
    if (token.type === 'sign')
      throw new QueryError(
        token.at,
        `a value is expected, but ${shown(token)}`,
        `Give a value; texts with special characters in quotes.`,
      )
    if (++this.items > LIMITS.items)
      throw new QueryError(token.at, `there are more than ${LIMITS.items} values`, 'Ask in several queries.')
    const { text, pieces, quoted, at } = token
    return { text, pieces, quoted, at }
  }
}

/** @throws {QueryError} */
export function parseQuery(text: string): Condition {
  if (text.length > LIMITS.characters)
    throw new QueryError(
      LIMITS.characters,
      `it is longer than ${LIMITS.characters} characters`,
      'Ask in several queries.',
    )
  return new Parser(tokensOf(text)).whole()
}
