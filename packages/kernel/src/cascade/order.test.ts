import { expect, test } from 'vitest'
import { type Bond, type Closure, type How, keyOf, type Member } from './closure.ts'
import { inWaves, orderOf } from './order.ts'

/** `pool: deleted`, and who refers to whom. */
function closure(how: Record<string, How>, bonds: [string, Bond['by'], string][]): Closure {
  const member = (kind: string): Member => ({ kind, id: '1', row: { id: '1' }, how: how[kind] ?? 'deleted' })
  const kinds = Object.keys(how)
  return {
    root: member(kinds[0] as string),
    members: new Map(kinds.map((kind) => [keyOf(kind, '1'), member(kind)])),
    bonds: bonds.map(([from, by, to]) => ({ from: keyOf(from, '1'), by, to: keyOf(to, '1') })),
    holders: [],
  }
}

const sorted = (of: Closure, long: string[] = []): string[] =>
  inWaves(orderOf(of, (kind) => long.includes(kind))).map(({ kind }) => kind)

test('[core.cascade] who refers goes before what it refers to, itself or with the one that removes it', () => {
  const of = closure({ zone: 'deleted', network: 'deleted', vm: 'deleted', nic: 'carried' }, [
    ['network', 'refers', 'zone'],
    ['vm', 'refers', 'zone'],
    ['nic', 'carried', 'vm'],
    ['nic', 'refers', 'network'],
  ])
  expect(sorted(of)).toEqual(['vm', 'network', 'zone'])
})

test('[core.cascade] what vanishes with either of two goes with the one whose delete is work; in one moment is no order', () => {
  const of = closure(
    { zone: 'deleted', host: 'deleted', pool: 'deleted', mount: 'vanishes', layer: 'vanishes', parent: 'vanishes' },
    [
      ['host', 'refers', 'zone'],
      ['pool', 'refers', 'zone'],
      ...['mount', 'layer', 'parent'].flatMap((kind): [string, Bond['by'], string][] => [
        [kind, 'vanishes', 'host'],
        [kind, 'vanishes', 'pool'],
        [kind, 'refers', 'zone'],
      ]),
      ['layer', 'refers', 'parent'],
    ],
  )
  expect(sorted(of, ['pool'])).toEqual(['pool', 'host', 'zone'])
})

test('[core.cascade] what is in a circle comes last, and nothing is left out', () => {
  const of = closure({ a: 'deleted', b: 'deleted', c: 'deleted' }, [
    ['a', 'refers', 'b'],
    ['b', 'refers', 'a'],
  ])
  expect(sorted(of)).toEqual(['c', 'a', 'b'])
})
