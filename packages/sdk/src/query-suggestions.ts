/**
 * What may come next in a query that somebody is writing: fields, relations, operators and known values, from the kinds as `/v1/kinds`
 * tells them. It reads loosely, as far as it can; whether a query is right the server alone says. No module of Node is needed, so that a
 * browser can use it.
 */
import type { Kind, KindField } from '@basalt/resource'

export interface QuerySuggestion {
  /** Stands in place of what is written from `from` on. */
  text: string
  doc: string
}

export interface QuerySuggestions {
  from: number
  items: QuerySuggestion[]
}

interface Token {
  type: 'word' | 'text' | 'sign'
  text: string
  at: number
}

const TOKEN =
  /(?<text>'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?)|(?<sign>!=|!~|>=|<=|\.\.|[=~<>(),])|(?<word>(?:(?!\.\.)[^\s(),'"=!<>~&|])+)/gsu

const tokensOf = (source: string): Token[] =>
  [...source.matchAll(TOKEN)].map(({ 0: text, index: at, groups = {} }) => ({
    type: groups.text === undefined ? (groups.sign === undefined ? 'word' : 'sign') : 'text',
    text,
    at,
  }))

/** What the grammar expects: a path (or `not`, or a bracket), an operator, a value, or what goes on after a condition. */
type Expected = 'path' | 'operator' | 'value' | 'null' | 'list' | 'then'

interface Place {
  expected: Expected
  /** Kinds that open brackets lead to; the last one counts. */
  scopes: (Kind | undefined)[]
  path: string
  /** `between`: its first value is still to come. */
  isBetween: boolean
  isList: boolean
}

const byName = (kinds: readonly Kind[], name: string | undefined): Kind | undefined =>
  kinds.find(({ kind }) => kind === name)

/** Where a path leads: to a kind, over relations, or to a field of one. */
function walk(kinds: readonly Kind[], from: Kind | undefined, path: string): { kind?: Kind; field?: KindField } {
  let [kind, fields]: [Kind | undefined, readonly KindField[]] = [from, from?.fields ?? []]
  let field: KindField | undefined
  for (const name of path.split('.')) {
    const relation = kind?.relations.find((each) => each.name === name)
    field = fields.find((each) => each.name === name)
    kind = relation ? byName(kinds, relation.kind) : undefined
    fields = kind?.fields ?? (field?.items ?? field)?.fields ?? []
  }
  return { kind, field }
}

function afterOperator(place: Place, text: string): void {
  if (text === 'not') return
  if (text === '(') place.scopes.push(undefined)
  place.isBetween = text === 'between'
  place.expected = text === '(' ? 'path' : text === 'is' ? 'null' : text === 'in' ? 'list' : 'value'
}

function afterValue(place: Place, text: string): void {
  if (text === '..') return
  place.expected = place.isList ? 'list' : 'then'
}

function afterCondition(place: Place, text: string): void {
  if (text === ')' && place.scopes.length > 1) place.scopes.pop()
  else if (text === 'and' && place.isBetween) {
    place.isBetween = false
    place.expected = 'value'
  } else if (text === 'and' || text === 'or') place.expected = 'path'
}

function afterPath(place: Place, text: string): void {
  if (text === 'not') return
  if (text === '(') place.scopes.push(place.scopes.at(-1))
  else Object.assign(place, { path: text, expected: 'operator' })
}

function inList(place: Place, text: string): void {
  place.isList = text !== ')'
  place.expected = text === ')' ? 'then' : 'value'
}

function step(kinds: readonly Kind[], place: Place, { text }: Token): void {
  const lower = text.toLowerCase()
  if (place.expected === 'path') afterPath(place, lower === 'not' ? lower : text)
  else if (place.expected === 'operator') {
    afterOperator(place, lower)
    // Inside these brackets one speaks of what the path leads to.
    if (lower === '(') place.scopes[place.scopes.length - 1] = walk(kinds, place.scopes.at(-2), place.path).kind
  } else if (place.expected === 'value') afterValue(place, text)
  else if (place.expected === 'null') place.expected = lower === 'not' ? 'null' : 'then'
  else if (place.expected === 'list') inList(place, text)
  else afterCondition(place, lower)
}

const NUMBERS = new Set(['integer', 'bytes', 'timestamp'])
const OPERATORS: Readonly<Record<string, string>> = {
  '=': 'is',
  '!=': 'is not',
  '~': 'contains, or matches with *',
  '>': 'is more, or later',
  '>=': 'is at least',
  '<': 'is less, or earlier',
  '<=': 'is at most',
  in: 'is one of (a, b)',
  'not in': 'is none of (a, b)',
  between: 'from one to another',
  'is null': 'there is none',
  'is not null': 'there is one',
}

function operatorsFor({ field, kind }: ReturnType<typeof walk>): string[] {
  const always = ['=', '!=', 'in', 'not in', 'is null', 'is not null']
  if (!field && kind) return ['is null', 'is not null']
  if (field && NUMBERS.has(field.type)) return ['=', '>', '>=', '<', '<=', 'between', ...always.slice(1)]
  return field?.type === 'text' || field?.type === 'list' ? ['=', '~', ...always.slice(1)] : always
}

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  timestamp: ['-1h', '-1d', '-1w', 'now'],
  bytes: ['1GiB', '10GiB'],
}

/** Values that are known beforehand. */
function valuesFor({ field }: ReturnType<typeof walk>): string[] {
  const item = field?.items ?? field
  return [...(item?.values ?? EXAMPLES[item?.type ?? ''] ?? [])]
}

function pathsFor(kinds: readonly Kind[], kind: Kind | undefined, written: string): QuerySuggestion[] {
  const dot = written.lastIndexOf('.')
  const before = written.slice(0, dot + 1)
  const { kind: scope, field } = dot < 0 ? { kind, field: undefined } : walk(kinds, kind, written.slice(0, dot))
  const fields = scope?.fields ?? (field?.items ?? field)?.fields ?? []
  const relations = scope?.relations ?? []
  const names = new Set(fields.map(({ name }) => name))
  const beyond = relations.filter(({ name }) => !names.has(name))
  return [
    ...fields.map(({ name, doc }) => ({ text: before + name, doc })),
    ...beyond.map(({ name, kind: other }) => ({ text: before + name, doc: byName(kinds, other)?.doc ?? '' })),
  ]
}

const documented = (words: readonly string[]): QuerySuggestion[] =>
  words.map((text) => ({ text, doc: OPERATORS[text] ?? '' }))

function itemsAt(kinds: readonly Kind[], { expected, scopes, path, isBetween }: Place, written: string) {
  const scope = scopes.at(-1)
  switch (expected) {
    case 'path':
      return [...pathsFor(kinds, scope, written), { text: 'not', doc: 'the condition does not hold' }]
    case 'operator':
      return documented(operatorsFor(walk(kinds, scope, path)))
    case 'value':
      return documented(valuesFor(walk(kinds, scope, path)))
    case 'null':
      return documented(['null', 'not null'])
    case 'then':
      return isBetween ? documented(['and']) : documented(['and', 'or'])
    default:
      return []
  }
}

/**
 * @param kinds all that the user can see
 * @param kind of the list
 * @param text of the query, up to the cursor
 */
export function querySuggestions(kinds: readonly Kind[], kind: Kind, text: string): QuerySuggestions {
  const tokens = tokensOf(text)
  const last = tokens.at(-1)
  // What the cursor touches is still being written.
  const isOpen = last !== undefined && last.type === 'word' && last.at + last.text.length === text.length
  const place: Place = { expected: 'path', scopes: [kind], path: '', isBetween: false, isList: false }
  for (const token of isOpen ? tokens.slice(0, -1) : tokens) step(kinds, place, token)
  const written = isOpen ? last.text : ''
  const wanted = written.toLowerCase()
  const items = itemsAt(kinds, place, written).filter((item) => item.text.toLowerCase().startsWith(wanted))
  return { from: text.length - written.length, items }
}

const CONDITION =
  /^\s*(?:\(\s*)*(?:not\s+)?[\p{L}\p{N}_.]+(?:\(|\s*!?[=~]|\s*[<>]|\s+(?:not\s+)?(?:in\s*\(|between\s)|\s+is\s+(?:not\s+)?null)/iu

/** Whether a text is meant as a query rather than as words to look for: it begins with a path and an operator. */
export const isQuery = (text: string): boolean => CONDITION.test(text)
