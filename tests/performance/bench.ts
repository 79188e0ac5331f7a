/**
 * `npm run bench [name...]`: each measure beside a yardstick taken in the same run, medians of at least 5. Machines are noisy: compare,
 * do not quote. Results are kept in tests/performance/results/.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spread } from './statistics.ts'

export interface Measure {
  measure: string
  unit: string
  ours: number
  yardstick: number
  /** What the yardstick is. */
  beside: string
  /** What was promised, in words. */
  reach: string
  reached: boolean
  /** Where several rounds were measured: how far they lie apart. */
  spread?: { ours: Spread; yardstick: Spread }
}

const BENCHES: Record<string, () => Promise<Measure[]>> = {
  boot: async () => (await import('./boot.ts')).bench(),
  api: async () => (await import('./api.ts')).bench(),
  logins: async () => (await import('./logins.ts')).bench(),
  quota: async () => (await import('./quota.ts')).bench(),
  creates: async () => (await import('./creates.ts')).bench(),
  query: async () => (await import('./query.ts')).bench(),
}

const RESULTS = join(import.meta.dirname, 'results')

function show({ measure, unit, ours, yardstick, beside, reach, reached }: Measure): void {
  const ratio = (ours / yardstick).toFixed(2)
  console.log(
    `${reached ? 'ok  ' : 'MISS'} ${measure}: ${ours} ${unit}; ${beside}: ${yardstick} ${unit}; ratio ${ratio}; reach: ${reach}`,
  )
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !(name in BENCHES))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}.`)
  process.exit(2)
}
await mkdir(RESULTS, { recursive: true })
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  const measures = (await BENCHES[name]?.()) ?? []
  for (const measure of measures) show(measure)
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(measures, null, 2)}\n`)
}
