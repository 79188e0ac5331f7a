import { expect, test } from 'vitest'
import { limitOf } from '../src/form/help.ts'
import { bodyOf, initialValues, pathOf, splitFields, withSubject } from '../src/form/values.ts'
import { kindNamed } from './kinds.fixture.ts'

const vm = kindNamed('vm')
const action = (name: string) => {
  const found = vm.actions.find((each) => each.name === name)
  if (!found) throw new TypeError(`there is no action ${name}`)
  return found
}
const create = action('create')
const update = action('update')

test('[ui.console] a form begins with defaults, and with one item where a list is needed', () => {
  expect(initialValues(create)).toEqual({
    name: undefined,
    description: '',
    zone: undefined,
    memoryBytes: undefined,
    hostname: undefined,
    networks: [{ network: undefined, address: undefined }],
  })
})

test('what must be given stands first, the rest behind a fold', () => {
  const { main, more } = splitFields(create)
  expect(main.map(({ name }) => name)).toEqual(['name', 'zone', 'memoryBytes', 'networks'])
  expect(more.map(({ name }) => name)).toEqual(['description', 'hostname'])
})

test('what was left empty is not sent', () => {
  const values = {
    name: 'web',
    description: '',
    hostname: undefined,
    networks: [{ network: 'n1', address: ' 10.0.0.7 ' }, { network: 'n2', address: '' }, {}],
  }
  expect(bodyOf(create, values)).toEqual({
    name: 'web',
    networks: [{ network: 'n1', address: '10.0.0.7' }, { network: 'n2' }],
  })
})

test('a change sends what differs, and empties what was emptied', () => {
  const row = { id: '1', name: 'web', description: 'old', hostname: 'web', lastHost: 'h1' }
  expect(bodyOf(update, { ...row }, row)).toEqual({})
  expect(bodyOf(update, { ...row, name: 'db', description: '', lastHost: undefined }, row)).toEqual({
    name: 'db',
    description: '',
    lastHost: null,
  })
})

test('problems of the server find their field and get a subject', () => {
  expect(pathOf('networks.0.address')).toEqual(['networks', 0, 'address'])
  expect(withSubject(create, 'networks.0.address', 'is taken')).toBe('Address is taken')
  expect(withSubject(create, 'memoryBytes', 'must be at least 64')).toBe('Memory must be at least 64')
  expect(withSubject(create, 'unknown', 'is wrong')).toBe('is wrong')
})

test('limits are told in words', () => {
  const memory = create.input.find(({ name }) => name === 'memoryBytes')
  expect(memory && limitOf(memory)).toBe('64 MiB to 1 TiB')
})
