import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Problem } from '../problem.ts'
import { createStatement, filterSql } from './compile.ts'
import { parseQuery } from './parser.ts'
import { blaming, QueryError } from './query-error.ts'
import { resolveQuery } from './resolve.ts'
import { createScopes } from './scope.ts'
import { callers, resources } from './test/depot.fixture.ts'

const scopesFor = createScopes(resources)

/** The statement's condition and parameters. */
function compiled(q: string, who: keyof typeof callers = 'operator', kind = 'crate') {
  const scopes = scopesFor(callers[who])
  const scope = scopes.get(kind)
  if (!scope) throw new Error(`${who} knows no ${kind}`)
  const statement = createStatement(callers[who])
  const sql = filterSql(statement, resolveQuery(parseQuery(q), scope, scopes), statement.alias())
  return { sql, values: statement.values }
}

/** What the caller is told. */
function refusal(
  q: string,
  who: keyof typeof callers = 'operator',
  kind = 'crate',
): { message: string; remedy: string } {
  try {
    blaming('q', () => compiled(q, who, kind))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    expect(error).toMatchObject({ status: 400, code: 'INVALID_INPUT', errors: [{ field: 'q' }] })
    const [first] = error.errors ?? []
    return { message: first?.message ?? '', remedy: first?.remedy ?? '' }
  }
  throw new Error(`"${q}" was accepted`)
}

const sqlOf = (q: string): string => compiled(q).sql

test('[core.query] "and" binds closer than "or", "not" closest', () => {
  expect(sqlOf('state=new and label=a or not label=b')).toBe(
    '((("t0"."state" = $1::text) and ("t0"."label" = $2::text)) or (("t0"."label" = $3::text)) is not true)',
  )
  expect(sqlOf('state = new AND (label = a OR label = b)')).toBe(
    '(("t0"."state" = $1::text) and (("t0"."label" = $2::text) or ("t0"."label" = $3::text)))',
  )
  expect(sqlOf('')).toBe('true')
})

test('[core.query] values are what the field holds: sizes, times, addresses, ids, quoted texts', () => {
  expect(compiled('weightBytes >= 1.5GiB').values).toEqual([1.5 * 2 ** 30])
  expect(compiled('weightBytes in (1K..2K, 5)').values).toEqual([5, 1024, 2048])
  expect(compiled('seenAt > 2026-01-31T12:00:00+01:00').values).toEqual(['2026-01-31T11:00:00.000Z'])
  expect(compiled('seenAt > -1d')).toEqual({
    sql: `(("t0"."seenAt" > (now() + $1::double precision * interval '1 millisecond')))`.replace('seenAt', 'seen_at'),
    values: [-86_400_000],
  })
  expect(compiled('address = 10.0.0.0/24').values).toEqual(['10.0.0.0', '10.0.0.255'])
  expect(compiled(`label = 'it\\'s "quoted", (and) \\\\'`).values).toEqual([`it's "quoted", (and) \\`])
  expect(compiled(`label = "it's"`).values).toEqual([`it's`])
  expect(compiled('addresses = 10.0.0.5').values).toEqual(['["10.0.0.5"]'])
})

test('[core.query] "~" contains; with "*" it has to be the whole; nothing else has a meaning', () => {
  expect(compiled('label ~ 50%_').values).toEqual(['%50\\%\\_%'])
  expect(compiled('label ~ web-*').values).toEqual(['web-%'])
  expect(compiled(`label ~ 'a\\*b'`).values).toEqual(['%a*b%'])
  expect(compiled('label = a*b').values).toEqual(['a*b'])
})

test('[core.query] errors say where, what was expected, and what to write instead', () => {
  expect(refusal('state = new and lable = x')).toEqual({
    message: 'at character 17: crates have no field or relation "lable"; did you mean "label"?',
    remedy: 'Write "label".',
  })
  expect(refusal('rack.sitee.code = x').message).toBe(
    'at character 6: racks have no field or relation "sitee"; did you mean "site"?',
  )
  expect(refusal('state = ned')).toEqual({
    message: 'at character 9: "ned" is not one of new, old, broken, recycled',
    remedy: 'Did you mean "new"?',
  })
  expect(refusal('state == new')).toEqual({ message: 'at character 7: "==" is not an operator', remedy: 'Write "=".' })
  expect(refusal('state = new && label = x').remedy).toBe('Write "and".')
  expect(refusal('label like x')).toEqual({
    message: 'at character 7: a comparison is expected after "label", but there is "like"',
    remedy: 'Write "~".',
  })
  expect(refusal('label constructor x').remedy).toContain('Write one of =')
  expect(refusal('label = two words')).toEqual({
    message: 'at character 13: "and", "or" or the end is expected, but there is "words"',
    remedy: "Put values with spaces in quotes: 'two words'.",
  })
  expect(refusal("label = 'open").message).toBe('at character 9: the text that begins here has no end')
  expect(refusal('(state = new').message).toBe(
    'at character 13: ")" is expected to close the bracket, but the query ends',
  )
  expect(refusal('state =').message).toBe('at character 8: a value is expected, but the query ends')
  expect(refusal('and state = new').message).toContain('at character 1: a field is expected')
  expect(refusal("'label' = x").remedy).toContain('without quotes')
  expect(refusal('state in new')).toMatchObject({ remedy: 'Write "in (new)".' })
  expect(refusal('label is x').remedy).toContain('is null')
  expect(refusal('weightBytes > 10XB')).toEqual({
    message: 'at character 15: "10XB" is not a size',
    remedy: 'Give whole bytes or a size such as 512MiB or 10GiB.',
  })
  expect(refusal('seenAt > 2026-02-30').message).toBe('at character 10: "2026-02-30" is not a time')
  expect(refusal('rack = r1').remedy).toBe('Give an id, or ask by name: rack.name = …')
  expect(refusal('rack ~ r1').remedy).toBe('Ask by name: rack.name ~ …')
  expect(refusal('state > new').message).toBe('at character 7: "state" (state) has no order')
  expect(refusal('public = maybe').message).toContain('is not true or false')
  expect(refusal('slips = 5')).toEqual({
    message: 'at character 1: "slips" leads to slips, not to a value',
    remedy: 'Name one of their fields: slips.name',
  })
  expect(refusal('parts = 5').remedy).toBe('Name a member: parts.size, parts.colour.')
  expect(refusal('parts.weight = 5').message).toContain('it has no field or relation "weight"')
  expect(refusal('label.x = 5').message).toBe('at character 7: "label" leads nowhere: it has no "x"')
})

test('[core.query] [iam.isolation] what is hidden is answered exactly as what is misspelled', () => {
  const same = (hidden: string, misspelled: string, kind = 'crate'): void => {
    const [mine, other] = [hidden, misspelled].map((name) => {
      const { message, remedy } = refusal(`${name} = 1`, 'ada', kind)
      return { message: message.replace(name.split('.')[0] ?? '', '…'), remedy }
    })
    expect(mine).toEqual(other)
  }
  same('rack', 'qqqq')
  same('rack.site.code', 'qqqq.site.code')
  same('key', 'qqq')
  same('racks', 'qqqqq', 'site')
  same('note', 'qqqq', 'site')
  expect(refusal('key = 1', 'operator').message).toContain('have no field or relation "key"')
  // Not even what is near is suggested when it is hidden.
  expect(refusal('rakc = 1', 'ada').message).not.toContain('rack"')
})

test('[core.query] bounds: length, depth, conditions, values, relations, wildcards', () => {
  expect(refusal(`label = ${'x'.repeat(9000)}`).message).toContain('longer than 8192 characters')
  expect(refusal(`${'('.repeat(3000)}label = x`).message).toContain('nested more than 16 deep')
  expect(refusal(`${'not '.repeat(2000)}label = x`).message).toContain('nested more than 16 deep')
  expect(refusal(Array(65).fill('label = x').join(' or ')).message).toContain('more than 64 conditions')
  expect(refusal(`version in (${Array(1001).fill('1').join(',')})`).message).toContain('more than 1000 values')
  expect(refusal('parent.parent.parent.parent.parent.parent.label = x').message).toContain('more than 6 names')
  expect(refusal(Array(12).fill('parent.parent.parent.label = x').join(' or ')).message).toContain(
    'more than 32 relations',
  )
  expect(refusal('label ~ *a*b*c*d*e*f*g*h*').message).toContain('more than 8 wildcards')
})

test('[core.query] hostile input is refused or understood, never anything else, and never part of the statement', () => {
  const pieces = fc.constantFrom(
    ...[
      'label',
      'rack',
      'slips',
      '.',
      '..',
      '=',
      '!=',
      '~',
      '(',
      ')',
      ',',
      "'",
      '"',
      '\\',
      '*',
      ' ',
      'and',
      'or',
      'not',
    ],
    ...[
      'in',
      'is',
      'null',
      'between',
      '10.0.0.1',
      '-1d',
      '1e999',
      '__proto__',
      'constructor',
      ';--',
      '$1',
      '\0',
      '%',
      '\ud800',
    ],
    ...["'; drop table crate; --", '/*', '😀', 'toString', '\u202e', '$' + '{1}'],
  )
  const garbage = fc.oneof(
    fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join('')),
    fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(' ')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  )
  fc.assert(
    fc.property(garbage, (q) => {
      try {
        expect(compiled(q).sql).toMatch(/^[\w\s"'.,()=<>$:@?#[\]{}*+-]+$/)
        expect(compiled(q).sql).not.toMatch(/;|--|\/\*|drop/)
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        expect(error.remedy).not.toBe('')
      }
    }),
    { numRuns: 2000 },
  )
  const evil = `'; drop table crate; -- " $1 \\`
  const { sql, values } = compiled(`label = "${evil.replace(/[\\"]/g, '\\$&')}"`)
  expect(sql).toBe('("t0"."label" = $1::text)')
  expect(values).toEqual([evil])
})
