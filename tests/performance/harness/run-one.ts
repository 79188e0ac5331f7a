/** Runs the bench that the first argument names, in this process; started by `runner.ts`. */
import { measureOf, type Report } from './bench.ts'
import { cleanUpAll } from './clean-up.ts'
import { tellParent } from './messages.ts'
import { benchOf } from './registry.ts'

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function failed(measure: string, error: unknown): void {
  if (process.env.BENCH_DEBUG) console.error(error)
  tellParent({ type: 'failure', failure: { measure, why: whyOf(error) } })
}

const report: Report = {
  tell: (rounds) => tellParent({ type: 'measure', measure: measureOf(rounds) }),
  async attempt(what, work) {
    try {
      await work()
    } catch (error) {
      failed(what, error)
    }
  },
}

process.once('SIGTERM', () => void cleanUpAll().finally(() => process.exit(1)))

const name = process.argv[2] ?? ''
try {
  await (await benchOf(name)).run(report)
} catch (error) {
  failed(name, error)
  process.exitCode = 1
} finally {
  process.disconnect?.()
}
