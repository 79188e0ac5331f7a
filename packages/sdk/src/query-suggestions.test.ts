import type { Kind } from '@basalt/resource'
import { expect, test } from 'vitest'
import { isQuery, querySuggestions } from './query-suggestions.ts'

const field = (name: string, type: string, more: object = {}) => ({ name, type, doc: `${name} doc`, ...more })
const kinds = [
  {
    kind: 'vm',
    fields: [
      field('name', 'text'),
      field('state', 'state', { values: ['running', 'stopped'] }),
      field('memoryBytes', 'bytes'),
      field('host', 'ref', { kind: 'host' }),
      field('cause', 'object', { fields: [field('code', 'text')] }),
    ],
    relations: [
      { name: 'host', to: 'one', kind: 'host', field: 'host' },
      { name: 'nics', to: 'many', kind: 'nic', field: 'vm' },
    ],
  },
  { kind: 'host', doc: 'A host.', fields: [field('name', 'text'), field('enabled', 'boolean')], relations: [] },
  { kind: 'nic', doc: 'A NIC.', fields: [field('address', 'ipv4'), field('index', 'integer')], relations: [] },
] as unknown as Kind[]

const words = (text: string): string[] => querySuggestions(kinds, kinds[0] as Kind, text).items.map((item) => item.text)

test('[core.query] [api.cli] [ui.console] a query begins with fields and relations', () => {
  expect(words('')).toEqual(['name', 'state', 'memoryBytes', 'host', 'cause', 'nics', 'not'])
  expect(words('ME')).toEqual(['memoryBytes'])
  expect(words('host.')).toEqual(['host.name', 'host.enabled'])
  expect(words('not host.e')).toEqual(['host.enabled'])
  expect(words('cause.')).toEqual(['cause.code'])
})

test('[core.query] after a path come the operators of its type, then its values', () => {
  expect(words('memoryBytes ')).toContain('between')
  expect(words('name ')).toContain('~')
  expect(words('state ')).not.toContain('~')
  expect(words('nics ')).toEqual(['is null', 'is not null'])
  expect(words('state = ')).toEqual(['running', 'stopped'])
  expect(words('state = r')).toEqual(['running'])
  expect(words('state in (running, s')).toEqual(['stopped'])
  expect(words('host.enabled = ')).toEqual(['true', 'false'])
  expect(words('host is ')).toEqual(['null', 'not null'])
})

test('[core.query] conditions go on, in brackets of what they are about', () => {
  expect(words('state = running ')).toEqual(['and', 'or'])
  expect(words("name ~ 'a b' a")).toEqual(['and'])
  expect(words('memoryBytes between 1GiB ')).toEqual(['and'])
  expect(words('memoryBytes between 1GiB and 2GiB and st')).toEqual(['state'])
  expect(words('state in (running, stopped) and na')).toEqual(['name'])
  expect(words('nics(')).toEqual(['address', 'index', 'not'])
  expect(words('nics(address = 10.0.0.5) and (na')).toEqual(['name'])
  expect(querySuggestions(kinds, kinds[0] as Kind, 'state = ru').from).toBe(8)
})

test('[core.query] what nobody understands has no suggestions, and breaks nothing', () => {
  for (const text of ['))))', "'", 'x = = (', 'in in in', '((((', 'a.b.c.d = '])
    expect(Array.isArray(querySuggestions(kinds, kinds[0] as Kind, text).items)).toBe(true)
  expect(words('nosuch.')).toEqual([])
})

test('[ui.console] words to look for are told from a query', () => {
  const names = ['web', 'web server', '10.0.0.5', 'web-1', 'in', 'web (old)', 'it is down']
  expect(names.map(isQuery)).toEqual(names.map(() => false))
  const queries = [
    'state = running',
    'name~web',
    'not state=x',
    '(a = b)',
    'host is null',
    'x in (a)',
    'nics(index = 0)',
  ]
  expect(queries.map(isQuery)).toEqual(queries.map(() => true))
})
