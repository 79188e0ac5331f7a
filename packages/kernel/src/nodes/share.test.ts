import { expect, test } from 'vitest'
import type { NodeState } from './lease.ts'
import { ownerOf, turnOf } from './share.ts'

const IDS = Array.from({ length: 3_000 }, (_, index) => `id-${index}`)

test('[core.lockfree] all nodes name the same owner, in whatever order they know each other', () => {
  for (const id of IDS.slice(0, 100)) expect(ownerOf(id, ['a', 'b', 'c'])).toBe(ownerOf(id, ['c', 'a', 'b']))
  expect(ownerOf('x', [])).toBeUndefined()
})

test('[core.lockfree] shares are even, and only those of the node that went move', () => {
  const before = IDS.map((id) => ownerOf(id, ['a', 'b', 'c']))
  const after = IDS.map((id) => ownerOf(id, ['a', 'b']))
  for (const node of ['a', 'b', 'c']) {
    const count = before.filter((owner) => owner === node).length
    expect(count).toBeGreaterThan(850)
    expect(count).toBeLessThan(1_150)
  }
  for (const [index, owner] of before.entries()) if (owner !== 'c') expect(after[index]).toBe(owner)
})

test('[core.lockfree] each node that lives has a turn of its own, whoever else was lost', () => {
  const all = ['b', 'a', 'd', 'c'].map((name) => ({ name, alive: name !== 'b' }) as NodeState)
  const turns = ['a', 'c', 'd'].map((node) => turnOf({ node, nodes: () => all }))
  expect(turns).toEqual([0, 1, 2].map((position) => ({ position, of: 3 })))
  expect(turnOf({ node: 'a', nodes: () => [] })).toEqual({ position: 0, of: 1 })
})
