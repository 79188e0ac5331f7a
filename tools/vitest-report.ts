/** A vitest reporter that keeps every test's end, with the reason of a skip, in the file TEST_REPORT names. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TestCase, TestModule } from 'vitest/node'
import type { TestEnd, TestReport } from './test-report.ts'

const endOf = (test: TestCase): TestEnd => {
  const { state, note } = test.result() as { state: string; note?: string }
  return {
    file: test.module.relativeModuleId,
    name: test.fullName,
    // A test that never ran because the run was broken off did not pass.
    state: state === 'passed' || state === 'skipped' ? state : 'failed',
    note,
    durationMs: Math.round(test.diagnostic()?.duration ?? 0),
  }
}

function endsOf(module: TestModule): TestEnd[] {
  const ends = [...module.children.allTests()].map(endOf)
  // A file that cannot be loaded, or whose beforeAll failed, has tests that say nothing.
  const broken = module.errors().map((error): TestEnd => {
    return { file: module.relativeModuleId, name: `(file) ${error.message}`, state: 'failed', durationMs: 0 }
  })
  const silent = broken.length === 0 && module.state() === 'failed' && !ends.some(({ state }) => state === 'failed')
  const suite: TestEnd = { file: module.relativeModuleId, name: '(suite)', state: 'failed', durationMs: 0 }
  return [...ends, ...broken, ...(silent ? [suite] : [])]
}

/** For `vitest --reporter`. */
export default class FileReporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message?: string }[]): void {
    const file = process.env.TEST_REPORT
    if (!file) throw new Error('TEST_REPORT does not name a file for the report')
    const stray = unhandled.map(({ message }): TestEnd => {
      return { file: '(unhandled error)', name: message ?? '', state: 'failed', durationMs: 0 }
    })
    const report: TestReport = { tests: [...modules.flatMap(endsOf), ...stray] }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(report, null, 1))
  }
}
