import { join } from 'node:path'
import { expect, test } from 'vitest'
import { measureOf } from '../../tests/performance/harness/bench.ts'
import type { Result } from '../../tests/performance/harness/result-file.ts'
import { keptResults } from './results.ts'
import { scaling } from './scaling.ts'
import { withSection } from './section.ts'
import { benchmarks } from './table.ts'

const page = `# A page

Before.

<!-- generated: results, by npm run generate -->

old

<!-- end of what is generated -->

After.
`

const result: Result = {
  bench: 'api',
  date: '2026-01-02T03:04:05.000Z',
  commit: 'abc',
  machine: { cpuModel: 'A CPU', cores: 2, memoryBytes: 2 ** 33, kernel: '6.1', nodejs: 'v20' },
  databases: [{ version: '17', fsync: 'on', synchronousCommit: 'on' }],
  load: { before: 0.1, after: 2 },
  neighbours: { median: 1.5, most: 2 },
  quiet: false,
  seconds: 60,
  parameters: { BENCH_ROUNDS: 5 },
  measures: [
    measureOf({
      measure: 'GET',
      unit: 'requests/s',
      better: 'more',
      ours: [10, 11, 12],
      yardstick: [100, 110, 120],
      beside: 'echo',
      reach: '60 %',
      keeps: (mine, theirs) => mine >= theirs * 0.6,
    }),
  ],
  failures: [{ measure: 'POST', why: 'no answer' }],
}

test('a generated part is renewed, and what is around it stays', () => {
  const renewed = withSection(page, 'results', 'new')
  expect(renewed).toBe(page.replace('old', 'new'))
  expect(withSection(renewed, 'results', 'new')).toBe(renewed)
  expect(() => withSection(page, 'others', 'new')).toThrow('no place for "others"')
})

test('a table tells misses, what could not be measured, and that the machine had other work', () => {
  const text = benchmarks([result])
  expect(text).toContain('| GET | 11 (10.5–11.5) requests/s | 110 (105–115): echo | 0.1 | 60 % | MISS |')
  expect(text).toContain('- not measured: POST: no answer')
  expect(text).toContain('**Not quiet**: others used 1.5 cores')
  expect(text).toContain('PostgreSQL 17 (fsync on, synchronous_commit on)')
})

test('what the simulation of several nodes showed stands among the figures, once it was run', () => {
  const others = keptResults(join(import.meta.dirname, '../..')).filter(({ bench }) => bench !== 'nodes')
  const taken = 'a node is killed, until all its hosts are connected to others'
  const nodes: Result = {
    ...result,
    bench: 'nodes',
    parameters: { BENCH_NODES: 3, BENCH_AGENTS: 600 },
    measures: [measureOf({ measure: taken, unit: 's', better: 'less', ours: [2, 3, 7] })],
  }
  expect(scaling(others)).not.toContain('(nodes,')
  expect(scaling([...others, nodes])).toContain(
    '| a node is killed, until others have all its hosts | 3 s | measured (nodes, 600 hosts, 3 nodes) |',
  )
})
