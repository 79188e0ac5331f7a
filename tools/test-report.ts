/** Reports of test runs, a file a tier in .state/test-report. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './tree.ts'

/** How one test ended. */
export interface TestEnd {
  /** Path in the repository. */
  file: string
  /** Names of its suites and its own, ` > ` between them. */
  name: string
  state: 'passed' | 'failed' | 'skipped'
  /** Reason of a skip. */
  note?: string
  durationMs: number
}

export interface TestReport {
  tests: TestEnd[]
}

const DIRECTORY = join(ROOT, '.state', 'test-report')

/** Where a tier's report goes. */
export const reportFile = (tier: string): string => join(DIRECTORY, `${tier}.json`)

/** A tier's report; absent when it has not run. */
export function readReport(tier: string): TestReport | undefined {
  const file = reportFile(tier)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** Tests of all tiers that have run. */
export function allTests(): TestEnd[] {
  if (!existsSync(DIRECTORY)) return []
  const tiers = readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'))
  return tiers.flatMap((name) => readReport(name.replace(/\.json$/, ''))?.tests ?? [])
}

/** Rows of the catalogue that a test proves: the ids in square brackets in its full name. */
export function idsOf(name: string): string[] {
  const groups = [...name.matchAll(/\[([a-z0-9][a-z0-9., -]*)\]/g)].flatMap(([, inner]) => (inner ?? '').split(/[, ]+/))
  return [...new Set(groups.filter((id) => /^[a-z0-9]+\.[a-z0-9-]+$/.test(id)))]
}
