/**
 * The shape of a parsed query. Names are not looked up yet: what is a field and what a relation, the resolver says.
 *
 *     query     = term { ("and" | "or") term }          "and" binds closer than "or"
 *     term      = "not" term | "(" query ")" | path "(" query ")" | path test
 *     test      = ("=" | "!=") item | (">" | ">=" | "<" | "<=") value | ("~" | "!~") value
 *               | ["not"] "in" "(" item { "," item } ")" | ["not"] "between" value "and" value
 *               | "is" ["not"] "null"
 *     item      = value | value ".." [value] | ".." value
 *     path      = name { "." name }
 *     value     = word | 'text' | "text"
 */

/** A name in a path, or a value, and where it is: characters from 0. */
export interface Word {
  text: string
  at: number
}

export interface Literal extends Word {
  quoted: boolean
  /** The text between its wildcards (`*`); one piece when it has none. */
  pieces: string[]
}

/** From and to, both included; open where absent. */
export interface Range {
  at: number
  from?: Literal
  to?: Literal
}

export type Item = Literal | Range

export const isRange = (item: Item): item is Range => !('text' in item)

export type Operator = 'in' | '<' | '<=' | '>' | '>=' | '~' | 'null'

/** `=`, `in` and `between` are all `in`; `!=`, `!~`, `not in`, `is not null` are negated. */
export interface TestNode {
  type: 'test'
  path: Word[]
  operator: Operator
  negated: boolean
  items: Item[]
  /** Where the operator is. */
  at: number
}

export type Condition =
  | { type: 'and' | 'or'; terms: Condition[] }
  | { type: 'not'; term: Condition }
  /** One and the same of the resources or items that the path leads to fulfils the condition. */
  | { type: 'some'; path: Word[]; condition: Condition }
  | TestNode

/** Bounds of a query: what people write is far below, and nothing that a machine sends can cost much. */
export const LIMITS = { characters: 8192, depth: 16, tests: 64, items: 1000, hops: 5, totalHops: 32, wildcards: 8 }
