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
  expect(surplusOf('a', hosts, [node('a', hosts), ...others]).surplus).toBe(surplus)
})
