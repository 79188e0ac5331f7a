import type { Kind, KindAction, KindField } from '@basalt/resource'
import { expect, test } from 'vitest'
import { exampleOf } from './example.ts'

const field = (name: string, type: string, more: object = {}): KindField =>
  ({ name, type, doc: '', optional: false, readonly: false, secret: false, ...more }) as KindField
const action = (name: string, input: KindField[], more: object = {}): KindAction =>
  ({ name, input, operands: [], long: false, method: 'POST', ...more }) as unknown as KindAction
const vm = { kind: 'vm' } as Kind

test('[api.cli] an example has what must be given, and words in capitals for names of yours', () => {
  const nics = field('networks', 'list', {
    items: field('item', 'object', { fields: [field('network', 'ref', { kind: 'network' })] }),
  })
  const input = [field('name', 'text'), field('zone', 'ref', { kind: 'zone' }), nics, field('rootSizeBytes', 'bytes')]
  const more = [field('note', 'text', { optional: true }), field('password', 'text', { secret: true })]
  expect(exampleOf(vm, action('create', [...input, ...more], { long: true }))).toBe(
    'basalt vm create NAME --network NETWORK --root-size 10GiB --wait',
  )
})

test('[api.cli] an example of a change, of words in order, and of objects', () => {
  const name = field('name', 'text', { optional: true })
  expect(exampleOf(vm, action('update', [name], { method: 'PATCH' }))).toBe('basalt vm update VM --name NAME')
  const graceMs = field('graceMs', 'integer', { unit: 'ms' })
  const value = field('value', 'json')
  expect(exampleOf(vm, action('tune', [value, graceMs], { operands: ['value'] }))).toBe(
    'basalt vm tune VM 8 --grace 90s',
  )
  const members = [
    field('effect', 'choice', { values: ['allow', 'deny'] }),
    field('actions', 'list', { items: field('item', 'text') }),
  ]
  const statement = field('statements', 'list', { items: field('item', 'object', { fields: [...members, name] }) })
  expect(exampleOf(vm, action('grant', [statement]))).toBe('basalt vm grant VM --statement effect=allow,action=ACTION')
})
