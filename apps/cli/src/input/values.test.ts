import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KindField } from '@basalt/resource'
import { expect, onTestFinished, test } from 'vitest'
import { fieldValue, objectSyntax } from './values.ts'

const field = (name: string, type: KindField['type'], more: Partial<KindField> = {}): KindField => ({
  name,
  title: name,
  type,
  doc: '',
  optional: false,
  readonly: false,
  secret: false,
  ...more,
})

const networks = field('networks', 'list', {
  items: field('item', 'object', {
    fields: [field('network', 'ref', { kind: 'network' }), field('address', 'ipv4', { optional: true })],
  }),
})
const ranges = field('ranges', 'list', {
  items: field('item', 'object', { fields: [field('from', 'ipv4'), field('to', 'ipv4')] }),
})

const deps = { resolve: async (kind: string, text: string) => `${kind}:${text}`, readInput: async () => 'from input' }
const read = (spec: KindField, ...given: string[]) => fieldValue(spec, given, deps)

test('[api.cli] lists of objects take a reference alone, or with more, or pairs, or JSON', async () => {
  expect(await read(networks, 'net1', 'net2,address=10.0.0.5', 'name=net3', 'network=net4,address=10.0.0.6')).toEqual([
    { network: 'network:net1' },
    { network: 'network:net2', address: '10.0.0.5' },
    { network: 'network:net3' },
    { network: 'network:net4', address: '10.0.0.6' },
  ])
  expect(await read(networks, '{"network":"x"}')).toEqual([{ network: 'x' }])
  expect(await read(networks, '[{"network":"x"}]')).toEqual([{ network: 'x' }])
  expect(await read(ranges, 'from=10.0.0.1,to=10.0.0.9')).toEqual([{ from: '10.0.0.1', to: '10.0.0.9' }])
  expect(objectSyntax(networks.items as KindField)).toBe('<network>[,address=<ipv4>]')
})

test('[api.cli] what is not understood says how to write it', async () => {
  await expect(read(ranges, '10.0.0.1')).rejects.toMatchObject({
    exitCode: 2,
    remedy: 'Write it as from=<ipv4>,to=<ipv4>.',
  })
  await expect(read(networks, 'net1,colour=red')).rejects.toMatchObject({ code: 'BAD_VALUE' })
  await expect(read(field('sizeBytes', 'bytes'), 'big')).rejects.toThrow('--size: "big" is no size')
  await expect(read(field('timeoutMs', 'integer', { unit: 'ms' }), '30')).rejects.toThrow(
    '--timeout: "30" is no duration',
  )
  await expect(read(field('mode', 'choice', { values: ['a', 'b'] }), 'c')).rejects.toMatchObject({
    remedy: 'Give one of: a, b.',
  })
})

test('[api.cli] plain lists take several at once, and nothing for an empty one', async () => {
  const servers = field('dnsServers', 'list', { items: field('item', 'ipv4') })
  expect(await read(servers, '1.1.1.1,8.8.8.8', '9.9.9.9')).toEqual(['1.1.1.1', '8.8.8.8', '9.9.9.9'])
  expect(await read(servers, '')).toEqual([])
})

test('[api.cli] texts come from files and standard input, too', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'values-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'user-data'), '#cloud-config\n')
  const text = field('userData', 'text')
  expect(await read(text, `@${join(directory, 'user-data')}`)).toBe('#cloud-config\n')
  expect(await read(text, '@-')).toBe('from input')
  expect(await read(text, '@@home')).toBe('@home')
  await expect(read(text, '@/nowhere')).rejects.toMatchObject({ code: 'BAD_VALUE', exitCode: 2 })
})
