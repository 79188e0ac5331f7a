/** The kept results of benches, as the documents are made of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Measure } from '../../tests/performance/harness/bench.ts'
import type { Result } from '../../tests/performance/harness/result-file.ts'

export function keptResults(root: string): Result[] {
  const directory = join(root, 'tests/performance/results')
  const names = readdirSync(directory).filter((name) => name.endsWith('.json') && !name.endsWith('.local.json'))
  return names.sort().map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as Result)
}

export const measureIn = (results: readonly Result[], bench: string, measure: string): Measure | undefined =>
  results.find((each) => each.bench === bench)?.measures.find((each) => each.measure === measure)
