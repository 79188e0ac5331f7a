/** Runs the tiers of tests, each within its budget, and sums up. Called by tools/test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { program } from './run.ts'
import { readReport, reportFile, type TestEnd } from './test-report.ts'
import { ROOT } from './tree.ts'

interface Tier {
  /** After this many minutes the tier is ended and has failed. */
  budgetMinutes: number
  command: [string, ...string[]]
  /** Its command is vitest: it takes filters and writes a report. */
  tests?: boolean
  needsRoot?: boolean
}

const WHOLE_BUDGET_MINUTES = 85
/** Time for tests that are ended to take down what they started. */
const CLEAN_UP_MS = 30_000

const vitest = (tier: string): [string, ...string[]] => [
  program('vitest'),
  ...['run', `--config=tools/vitest/${tier}.config.ts`, '--reporter=default', '--reporter=./tools/vitest-report.ts'],
]

/** In the order they run. System and browser tests use what was built. */
const TIERS: Record<string, Tier> = {
  check: { budgetMinutes: 4, command: [program('tsx'), 'tools/check.ts'] },
  unit: { budgetMinutes: 45, command: vitest('unit'), tests: true },
  build: { budgetMinutes: 4, command: [program('tsx'), 'tools/build.ts'] },
  system: { budgetMinutes: 30, command: vitest('system'), tests: true, needsRoot: true },
  browser: { budgetMinutes: 10, command: vitest('browser'), tests: true },
}

interface Result {
  tier: string
  ok: boolean
  minutes: number
  tests: TestEnd[]
  /** Why it ended early or did not run. */
  remark?: string
}

let running: ChildProcess | undefined

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid && child.exitCode === null) process.kill(-child.pid, signal)
  } catch (error) {
    // It ended in between.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Run in a process group of its own; ask it to end when its time is over, then end it. */
function runFor(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  limitMs: number,
): Promise<'ok' | 'failed' | 'late'> {
  const [file, ...args] = command as [string, ...string[]]
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true })
    running = child
    let late = false
    const ask = setTimeout(() => {
      late = true
      signalGroup(child, 'SIGINT')
    }, limitMs)
    const end = setTimeout(() => signalGroup(child, 'SIGKILL'), limitMs + CLEAN_UP_MS)
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(ask)
      clearTimeout(end)
      running = undefined
      resolve(late ? 'late' : code === 0 ? 'ok' : 'failed')
    })
  })
}

async function perform(name: string, filters: readonly string[], deadlineMs: number): Promise<Result> {
  const tier = TIERS[name] as Tier
  if (tier.needsRoot && process.getuid?.() !== 0)
    return { tier: name, ok: true, minutes: 0, tests: [], remark: 'skipped: it needs root' }
  const left = deadlineMs - Date.now()
  if (left <= 0) return { tier: name, ok: false, minutes: 0, tests: [], remark: 'no time left for it' }
  console.log(`\n=== ${name} (budget ${tier.budgetMinutes} min)`)
  rmSync(reportFile(name), { force: true })
  const start = Date.now()
  const env = { ...process.env, TEST_REPORT: reportFile(name) }
  const command = tier.tests ? [...tier.command, ...filters] : tier.command
  const end = await runFor(command, env, Math.min(tier.budgetMinutes * 60_000, left))
  const minutes = (Date.now() - start) / 60_000
  const tests = readReport(name)?.tests ?? []
  return { tier: name, ok: end === 'ok', minutes, tests, remark: end === 'late' ? 'ended: over its budget' : undefined }
}

const counted = (results: readonly Result[], state: TestEnd['state']): TestEnd[] =>
  results.flatMap(({ tests }) => tests.filter((test) => test.state === state))

function summarize(results: readonly Result[]): void {
  console.log('\n=== summary')
  for (const { file, name, note } of counted(results, 'skipped'))
    console.log(`skipped  ${file} > ${name}${note ? `: ${note}` : ''}`)
  for (const { file, name } of counted(results, 'failed')) console.log(`FAILED   ${file} > ${name}`)
  for (const { tier, ok, minutes, remark } of results) {
    const time = `${minutes.toFixed(1)} of ${TIERS[tier]?.budgetMinutes} min`
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${tier.padEnd(8)} ${time}${remark ? ` (${remark})` : ''}`)
  }
  // A tier may fail without a failing test: types that do not fit, a run that was ended.
  const speechless = results.filter(({ ok, tests }) => !ok && !tests.some(({ state }) => state === 'failed'))
  const failed = counted(results, 'failed').length + speechless.length
  const passed = counted(results, 'passed').length
  console.log(`${passed} passed, ${failed} failed, ${counted(results, 'skipped').length} skipped`)
}

/** Tiers by name, then after `--` parts of paths of test files. */
function parseArguments(args: readonly string[]): { tiers: string[]; filters: string[] } {
  const split = args.indexOf('--')
  const names = (split < 0 ? args : args.slice(0, split)).filter((name) => name !== 'all')
  const unknown = names.find((name) => !(name in TIERS))
  if (unknown) {
    console.error(`there is no tier "${unknown}"; the tiers are ${Object.keys(TIERS).join(', ')}, or all`)
    process.exit(2)
  }
  const tiers = Object.keys(TIERS).filter((name) => names.length === 0 || names.includes(name))
  return { tiers, filters: split < 0 ? [] : args.slice(split + 1) }
}

process.on('SIGINT', () => running && signalGroup(running, 'SIGINT'))
process.on('SIGTERM', () => running && signalGroup(running, 'SIGINT'))

const { tiers, filters } = parseArguments(process.argv.slice(2))
const deadlineMs = Date.now() + WHOLE_BUDGET_MINUTES * 60_000
const results: Result[] = []
for (const tier of tiers) results.push(await perform(tier, filters, deadlineMs))
summarize(results)
if (results.some(({ ok, tests }) => !ok || tests.some(({ state }) => state === 'failed'))) process.exitCode = 1
