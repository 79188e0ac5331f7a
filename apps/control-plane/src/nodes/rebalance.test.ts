import type { NodeState } from '@basalt/kernel'
import { expect, test } from 'vitest'
import { surplusOf } from './rebalance.ts'

const node = (name: string, hosts: number, alive = true): NodeState => ({
  name,
  hosts,
  alive,
  state: alive ? 'up' : 'lost',
  epoch: 1,
  apiUrl: '',
  agentUrl: `https://${name}`,
  softwareVersion: '',
})

test.each([
  ['an even spread stays', 10, [node('b', 10), node('c', 10)], 0],
  ['a small difference is not worth it', 11, [node('b', 10), node('c', 10)], 0],
  ['a node that has just come gets its share', 30, [node('b', 30), node('c', 0)], 10],
  ['a node that is lost gets nothing', 20, [node('b', 20), node('c', 0, false)], 0],
  ['a node alone keeps all', 30, [], 0],
  ['whoever has less than its share asks nobody to go', 2, [node('b', 30)], 0],
])('[core.mn-ha] %s', (_, hosts, others, surplus) => {
  expect(surplusOf('a', hosts, [node('a', hosts), ...others], () => true).surplus).toBe(surplus)
})

test('[core.mn-ha] hosts are not sent to a node that cannot be reached, and what it had does not count', () => {
  const nodes = [node('a', 18), node('b', 12), node('c', 6)]
  const reached = (name: string): boolean => name !== 'c'
  expect(surplusOf('a', 18, nodes, () => true)).toMatchObject({ surplus: 6, to: [{ name: 'c' }] })
  expect(surplusOf('a', 18, nodes, reached)).toMatchObject({ surplus: 3, to: [{ name: 'b' }] })
  expect(surplusOf('b', 12, nodes, reached).surplus).toBe(0)
})
