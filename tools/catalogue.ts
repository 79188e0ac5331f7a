/**
 * `npm run catalogue`: which capabilities of docs/catalogue.json have passing tests, after the last run of each tier.
 * A test proves the rows whose ids stand in square brackets in its title, e.g. `[vm.create, img.cache]`.
 * `-- --missing` lists only the rows without a passing test; `-- core vm.create` only these areas or rows.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { allTests, idsOf, type TestEnd } from './test-report.ts'
import { ROOT } from './tree.ts'

/** Area to row id to capability. */
type Catalogue = Record<string, Record<string, string>>

type Standing = 'passing' | 'failing' | 'none'

interface Row {
  id: string
  area: string
  capability: string
  standing: Standing
  passed: number
  /** Of the passed ones, those against real components. */
  real: number
  failed: number
}

/** Tests by the row ids they name. */
function testsById(tests: readonly TestEnd[]): Map<string, TestEnd[]> {
  const byId = new Map<string, TestEnd[]>()
  for (const test of tests) for (const id of idsOf(test.name)) byId.set(id, [...(byId.get(id) ?? []), test])
  return byId
}

function rowOf(area: string, id: string, capability: string, tests: readonly TestEnd[]): Row {
  const passed = tests.filter(({ state }) => state === 'passed')
  const failed = tests.filter(({ state }) => state === 'failed').length
  const real = passed.filter(({ file }) => /\.(system|browser)\.test\.ts$/.test(file)).length
  const standing: Standing = failed > 0 ? 'failing' : passed.length > 0 ? 'passing' : 'none'
  return { id, area, capability, standing, passed: passed.length, real, failed }
}

function rowsOf(catalogue: Catalogue, tests: readonly TestEnd[]): Row[] {
  const byId = testsById(tests)
  return Object.entries(catalogue).flatMap(([area, capabilities]) =>
    Object.entries(capabilities).map(([id, capability]) => rowOf(area, id, capability, byId.get(id) ?? [])),
  )
}

const MARKS: Record<Standing, string> = { passing: 'ok  ', failing: 'FAIL', none: '-   ' }

function lineOf({ id, capability, standing, passed, real, failed }: Row): string {
  const counts = [`${passed} passed`, real ? `${real} of them system` : '', failed ? `${failed} FAILED` : '']
  const told = standing === 'none' ? '' : ` (${counts.filter(Boolean).join(', ')})`
  return `${MARKS[standing]} ${id.padEnd(22)} ${capability}${told}`
}

const count = (rows: readonly Row[], standing: Standing): number =>
  rows.filter((row) => row.standing === standing).length

function print(rows: readonly Row[], shown: readonly Row[], strangers: readonly string[]): void {
  for (const row of shown) console.log(lineOf(row))
  console.log()
  for (const area of new Set(rows.map((row) => row.area))) {
    const own = rows.filter((row) => row.area === area)
    console.log(`${area.padEnd(16)} ${String(count(own, 'passing')).padStart(3)} of ${own.length}`)
  }
  for (const id of strangers) console.log(`a test names [${id}], which docs/catalogue.json does not have`)
  console.log(
    `${rows.length} rows: ${count(rows, 'passing')} with passing tests, ${count(rows, 'failing')} failing, ${count(rows, 'none')} without`,
  )
}

const catalogue: Catalogue = JSON.parse(readFileSync(join(ROOT, 'docs', 'catalogue.json'), 'utf8'))
const tests = allTests()
const rows = rowsOf(catalogue, tests)
const known = new Set(rows.map(({ id }) => id))
const args = process.argv.slice(2)
const chosen = args.filter((arg) => !arg.startsWith('--'))
const shown = rows
  .filter(({ id, area }) => chosen.length === 0 || chosen.includes(id) || chosen.includes(area))
  .filter(({ standing }) => !args.includes('--missing') || standing !== 'passing')
print(
  rows,
  shown,
  [...new Set(tests.flatMap(({ name }) => idsOf(name)))].filter((id) => !known.has(id)),
)
if (tests.length === 0) console.log('no test has run yet: npm test')
