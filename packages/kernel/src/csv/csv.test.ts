import { defineResource, f } from '@basalt/resource'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CellError, cellValue } from './cell-value.ts'
import { csvLine } from './cells.ts'
import { headerOf } from './columns.ts'
import { lineOf } from './lines.ts'
import { parseCsv, textOf } from './parse.ts'
import { templateOf } from './template.ts'

const box = defineResource('box', {
  doc: 'A box.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: {
    sizeBytes: f.bytes({ doc: 'How large.' }),
    timeoutMs: f.integer({ default: 1_000, unit: 'ms' }),
    open: f.boolean({ optional: true }),
    lid: f.object({ colour: f.choice(['red', 'blue']), hinges: f.integer({ optional: true }) }),
    networks: f.list(f.object({ network: f.ref('network'), address: f.ipv4({ optional: true }) }), { default: [] }),
    servers: f.list(f.ipv4(), { default: [] }),
    free: f.json({ optional: true }),
  },
  actions: {
    create: {
      doc: 'Make one.',
      input: ['name', 'zone', 'sizeBytes', 'timeoutMs', 'open', 'lid', 'networks', 'servers', 'free'],
    },
  },
  columns: ['name'],
})

const names = {
  async idOf(kind: string, name: string, zone?: unknown) {
    if (name === 'none') throw new CellError(`names no ${kind} that you can see`, 'Choose another.')
    return `${kind}:${name}@${zone ?? ''}`
  },
}

const codeOf = (work: () => unknown): unknown => {
  try {
    work()
    return 'nothing'
  } catch (error) {
    return error
  }
}

test('[core.csv] every text comes back as it was, whatever spreadsheets make of it', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 5 }), (texts) => {
      fc.pre(texts.every((text) => !text.includes('\0')) && texts.some((text) => text.trim() !== ''))
      expect(parseCsv(`a,b\r\n${csvLine(texts)}`)[1]?.cells).toEqual(texts)
    }),
  )
})

test('[core.csv] what would be a formula or a remark is made text, and numbers are left alone', () => {
  expect(csvLine(['=1+1', '+a', '-a', '@a', '\ta', '#a', "'=1", "'a", -5, 'a=b'])).toBe(
    `'=1+1,'+a,'-a,'@a,"'\ta",'#a,''=1,'a,-5,a=b\r\n`,
  )
  expect(csvLine([null, undefined, true, ['x'], { a: 1 }, 'a"b', 'a;b'])).toBe(
    ',,true,"[""x""]","{""a"":1}","a""b","a;b"\r\n',
  )
})

test('[core.csv] files are read with commas, semicolons or tabs, with a mark or without, however lines end', () => {
  const expected = [
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1', 'x, y'] },
  ]
  expect(parseCsv('a,b\n1,"x, y"')).toEqual(expected)
  expect(parseCsv('\ufeffa;b\r\n1;x, y\r\n')).toEqual(expected)
  expect(parseCsv('a\tb\r1\tx, y\r')).toEqual(expected)
})

test('[core.csv] lines are numbered as an editor shows them; empty ones and remarks are passed over', () => {
  const text = 'a,b\n# about,both\n\n"x\ny",1\n,\nz,2\n'
  expect(parseCsv(text).map(({ line, cells }) => [line, cells[0]])).toEqual([
    [1, 'a'],
    [4, 'x\ny'],
    [7, 'z'],
  ])
})

test('[core.csv] a file that is broken says at which line and how to mend it', () => {
  const cases: [string, number][] = [
    ['a,b\n"x,1\n', 2],
    ['a,b\n1,2\n"x"y,1\n', 3],
    ['a,b\n1,2\n3,4\nx"y,1\n', 4],
    [`a,b\n${'x'.repeat(300_000)},1\n`, 2],
  ]
  for (const [text, line] of cases)
    expect(codeOf(() => parseCsv(text))).toMatchObject({ code: 'INVALID_CSV', facts: { line }, remedy: /\w/ })
  expect(codeOf(() => textOf(Buffer.from([0x61, 0xff, 0xfe])))).toMatchObject({ remedy: 'Save it as "CSV UTF-8".' })
  expect(codeOf(() => parseCsv('a\0,b'))).toMatchObject({ code: 'INVALID_CSV' })
})

test('[core.csv] the header names fields; each column that is wrong is told, with what was meant', () => {
  const header = (...cells: string[]) => codeOf(() => headerOf(box, cells))
  expect(header('name', 'zone', 'sizeByte', 'lid.colour', '', 'zone', 'nonsense')).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [
      { field: 'sizeByte', remedy: 'Did you mean sizeBytes?' },
      { field: 'column 5', message: 'has no name' },
      { field: 'zone', message: 'is there twice' },
      { field: 'nonsense', message: 'is no column of this kind' },
      { field: 'sizeBytes', message: 'is missing' },
    ],
  })
  const { columns, ignored } = headerOf(box, ['id', 'name', ' zone ', 'sizeBytes', 'lid', 'createdAt', 'zone.name'])
  expect(ignored).toEqual(['id', 'createdAt', 'zone.name'])
  expect(columns.map((column) => column?.name ?? null)).toEqual([null, 'name', 'zone', 'sizeBytes', 'lid', null, null])
})

test('[core.csv] cells become values as the fields say, names become ids of the zone of the line', async () => {
  const header = headerOf(box, [
    ...['networks', 'servers', 'open', 'timeoutMs', 'sizeBytes', 'lid.colour', 'lid.hinges', 'name', 'zone', 'free'],
  ])
  const cells = ['a|b', '10.0.0.1 | 10.0.0.2', 'TRUE', '90s', '10GiB', 'red', '2', ' n', 'z1', '{"a":[1]}']
  expect(await lineOf(header, { line: 7, cells }, names)).toEqual({
    line: 7,
    body: {
      zone: 'zone:z1@',
      networks: [{ network: 'network:a@zone:z1@' }, { network: 'network:b@zone:z1@' }],
      servers: ['10.0.0.1', '10.0.0.2'],
      open: true,
      timeoutMs: 90_000,
      sizeBytes: 10 * 2 ** 30,
      lid: { colour: 'red', hinges: 2 },
      name: ' n',
      free: { a: [1] },
    },
  })
  const whole = headerOf(box, ['name', 'zone', 'sizeBytes', 'lid', 'networks'])
  const { body } = await lineOf(whole, { line: 2, cells: ['n', '', '1', '{"colour":"blue"}', '[]'] }, names)
  expect(body).toEqual({ name: 'n', sizeBytes: 1, lid: { colour: 'blue' }, networks: [] })
})

test('[core.csv] every cell of a line that is wrong is told', async () => {
  const header = headerOf(box, ['name', 'zone', 'sizeBytes', 'lid', 'open', 'networks', 'timeoutMs'])
  const wrong = await lineOf(header, { line: 2, cells: ['n', '', 'big', '{', 'maybe', 'x|none', 'soon'] }, names)
  expect(wrong.problem?.errors?.map(({ field, message }) => [field, message])).toEqual([
    ['sizeBytes', 'must be a size'],
    ['lid', 'must be JSON'],
    ['open', 'must be true or false'],
    ['networks', 'names no network that you can see'],
    ['timeoutMs', 'must be a duration'],
  ])
  const long = await lineOf(header, { line: 2, cells: ['n', '', '1', '{}', '', '', '', 'more'] }, names)
  expect(long.problem?.errors?.[0]?.message).toBe('has 8 cells, the header 7')
})

test('[core.csv] a list of objects without one main member is given as JSON', async () => {
  const ranges = f.list(f.object({ from: f.ipv4(), to: f.ipv4() }))
  const deps = { idOf: names.idOf, beside: () => undefined }
  await expect(cellValue(ranges, '10.0.0.1', deps)).rejects.toMatchObject({ message: 'must be JSON' })
  expect(await cellValue(ranges, '[{"from":"10.0.0.1","to":"10.0.0.2"}]', deps)).toHaveLength(1)
})

test('[core.csv] the template has the columns, with a remark on each', () => {
  const [header, remarks] = templateOf(box)
  expect(header).toEqual([
    ...['name', 'zone', 'sizeBytes', 'timeoutMs', 'open', 'lid.colour', 'lid.hinges', 'networks', 'servers', 'free'],
  ])
  expect(remarks[1]).toBe('required: name or id of a zone. Where it is.')
  expect(remarks[2]).toBe('required: a size such as 10GiB. How large.')
  expect(remarks[3]).toBe('optional: a duration such as 90s; 1000 when empty')
  expect(remarks[5]).toBe('required: red or blue')
  expect(remarks[7]).toBe('optional: name or id of a network, several separated by |; or JSON; [] when empty')
})
