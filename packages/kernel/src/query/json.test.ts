import { expect, test } from 'vitest'
import { jsonObjects } from './json.ts'

const [BOOLEAN, INT8, TEXT, UUID, JSONB, TIMESTAMPTZ] = [16, 20, 25, 2950, 3802, 1184]

test('[core.query] rows become the JSON that their values would, whatever is in them', () => {
  const types = [BOOLEAN, INT8, TEXT, UUID, JSONB, TIMESTAMPTZ]
  const names = ['on', 'sizeBytes', 'a "name"', 'id', 'tags', 'createdAt']
  const shown = names.map((name, column) => ({ name, column }))
  const rows = [
    ['t', '-9007199254740991', 'say "hi"\n\\ \u2028 ü', 'e1', '[{"k": "v\\"\\u0001"}]', '2026-01-02 03:04:05.6+00'],
    ['f', '0', '', 'e2', 'null', '2026-01-02 03:04:05+00'],
    [null, null, null, null, null, null],
  ]
  expect(jsonObjects({ types, rows }, shown).map((json) => JSON.parse(json))).toEqual([
    {
      on: true,
      sizeBytes: -9007199254740991,
      'a "name"': 'say "hi"\n\\ \u2028 ü',
      id: 'e1',
      tags: [{ k: 'v"\u0001' }],
      createdAt: '2026-01-02T03:04:05.600Z',
    },
    { on: false, sizeBytes: 0, 'a "name"': '', id: 'e2', tags: null, createdAt: '2026-01-02T03:04:05.000Z' },
    Object.fromEntries(names.map((name) => [name, null])),
  ])
})

test('[core.query] a column can be shown by several names, or by none', () => {
  const texts = { types: [TEXT, INT8], rows: [['a', '1']] }
  const shown = [
    { name: 'name', column: 0 },
    { name: 'host.name', column: 0 },
  ]
  expect(jsonObjects(texts, shown)).toEqual(['{"name":"a","host.name":"a"}'])
  expect(jsonObjects(texts, [])).toEqual(['{}'])
})
