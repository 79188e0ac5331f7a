import type { Kind, KindField } from '@basalt/resource'
import { similar } from '@basalt/resource/similar'
import { ApiProblem } from '@basalt/sdk'
import { expect, test } from 'vitest'
import { heading, optionName, singular } from '../words.ts'
import { relative, stateStyle, valueText } from './humanize.ts'
import { pointAt } from './point-at.ts'
import { errorText, optionOfField } from './report-error.ts'
import { layTable, renderTable } from './table.ts'
import { fit, printable, widthOf } from './text.ts'
import { toYaml } from './yaml.ts'

const cells = (...texts: string[]) => texts.map((text) => ({ text }))

test('[api.cli] a table lines up and fits the terminal', () => {
  const rows = [cells('web', 'running', 'a long description of it'), cells('机器', 'stopped', '-')]
  expect(renderTable(['NAME', 'STATE', 'WHAT'], rows, { colors: false }).split('\n')).toEqual([
    'NAME  STATE    WHAT',
    'web   running  a long description of it',
    '机器  stopped  -',
  ])
  const narrow = renderTable(['NAME', 'STATE', 'WHAT'], rows, { colors: false, width: 30 }).split('\n')
  expect(narrow[1]).toBe('web   running  a long descrip…')
  for (const line of narrow) expect(widthOf(line)).toBeLessThanOrEqual(30)
})

test('[api.cli] columns without room give way from the last on; what cannot be cut is told whole or not at all', () => {
  const rows = [cells('a-long-name-of-it', 'up', 'twelve chars', '10.0.0.5')]
  rows[0]?.splice(1, 1, { text: 'registering', style: 'green' } as never)
  const at = (width: number) => layTable(['NAME', 'STATE', 'WHAT', 'ADDRESS'], rows, { colors: false, width })
  expect(at(60)).toMatchObject({ hidden: [] })
  expect(at(45)).toMatchObject({ hidden: [], text: expect.stringContaining('registering  ') })
  expect(at(30)).toEqual({
    hidden: ['WHAT', 'ADDRESS'],
    text: 'NAME               STATE\na-long-name-of-it  registering',
  })
  expect(at(12)).toEqual({ hidden: ['STATE', 'WHAT', 'ADDRESS'], text: 'NAME\na-long-name…' })
})

test('[api.cli] a place in what was typed gets a mark, also behind wide characters', () => {
  const field = { field: 'q', message: 'at character 8: a value is expected' }
  const problem = new ApiProblem({ status: 400, code: 'INVALID_INPUT', detail: 'wrong', errors: [field] })
  const pointed = pointAt(problem, { q: "name ~ '机器" }) as ApiProblem
  expect(pointed.errors[0]?.message).toBe("at character 8: a value is expected\n    name ~ '机器\n           ^")
  expect((pointAt(problem, {}) as ApiProblem).errors[0]?.message).toBe(field.message)
})

test('[api.cli] data cannot steer the terminal', () => {
  expect(printable('a\u001b[2Jb\r\nc\u202e')).toBe('a·[2Jb··c·')
  expect(renderTable(['N'], [cells('x\u001b]0;t\u0007')], { colors: false })).toBe('N\nx·]0;t·')
})

test('wide characters are never cut in two', () => {
  expect(fit('机器人', 4)).toBe('机…')
  expect(['机器', '✅', 'e\u0301', '⚡'].map(widthOf)).toEqual([4, 2, 1, 2])
})

test('YAML is quoted where it has to be', () => {
  expect(
    toYaml([
      { name: 'web', no: 'no', at: '2026-01-01', list: ['a: b', 1, []], inner: { x: null, text: 'two\nlines' } },
      'plain',
    ]),
  ).toBe(
    [
      '- name: web',
      '  "no": "no"',
      '  at: "2026-01-01"',
      '  list:',
      '    - "a: b"',
      '    - 1',
      '    - []',
      '  inner:',
      '    x: null',
      '    text: "two\\nlines"',
      '- plain',
      '',
    ].join('\n'),
  )
  expect([{}, [], 'x'].map(toYaml)).toEqual(['{}\n', '[]\n', 'x\n'])
})

test('values read as people write them', () => {
  const options = { names: new Map([['id-1', 'net1']]), nowMs: Date.parse('2026-01-01T12:00:00Z') }
  const field = (type: KindField['type'], more: Partial<KindField> = {}) => ({ name: 'x', type, ...more }) as KindField
  expect(valueText(field('bytes'), 2 ** 31, options)).toBe('2 GiB')
  expect(valueText(field('ref'), 'id-1', options)).toBe('net1')
  expect(valueText(field('ref'), 'id-2', options)).toBe('id-2')
  expect(valueText(field('list', { items: field('ref') }), ['id-1', 'id-2'], options)).toBe('net1, id-2')
  expect(valueText(field('timestamp'), '2026-01-01T11:57:00Z', options)).toBe('3m ago')
  expect(valueText(field('boolean'), false, options)).toBe('no')
  expect(valueText(field('list'), [], options)).toBe('-')
  expect(relative('2026-01-01T14:00:00Z', options.nowMs)).toBe('in 2h')
})

test('the colour of a state comes from the definition', () => {
  const kind = { failedStates: ['failed'], actions: [{ via: 'starting' }] } as unknown as Kind
  expect(['failed', 'starting', 'running'].map((state) => stateStyle(kind, state))).toEqual(['red', 'yellow', 'green'])
})

test('[api.cli] an error names the option and the remedy', () => {
  expect(optionOfField('networks.0.address')).toBe('--network (address)')
  expect(optionOfField('rootSizeBytes')).toBe('--root-size')
  const problem = new ApiProblem({
    status: 400,
    code: 'INVALID_INPUT',
    detail: 'Some fields are wrong; nothing was changed.',
    remedy: 'Give one.',
    errors: [{ field: 'name', message: 'is missing', remedy: 'Give one.' }],
  })
  expect(errorText(problem)).toBe(
    'Error: Some fields are wrong; nothing was changed. (INVALID_INPUT)\n  --name: is missing\n      Give one.',
  )
})

test('names of the API as words of the command line', () => {
  expect(['networks', 'addresses', 'entries', 'storageClasses', 'dnsServers', 'class'].map(singular)).toEqual([
    'network',
    'address',
    'entry',
    'storageClass',
    'dnsServer',
    'class',
  ])
  expect(optionName({ name: 'rootSizeBytes', type: 'bytes' })).toBe('root-size')
  expect(optionName({ name: 'timeoutMs', type: 'integer', unit: 'ms' })).toBe('timeout')
  expect(heading({ name: 'createdAt', type: 'timestamp' })).toBe('CREATED')
  expect(similar('tyny', ['tiny', 'debian', 'alpine'])).toEqual(['tiny'])
})
