/** Whether this node lives (it answers) and whether it is ready (everything it stands on answers too). */
import { setTimeout as sleep } from 'node:timers/promises'

/** One thing that a node needs. */
export interface Check {
  /** For people, e.g. `database`. */
  name: string
  /** Resolves with what it found, in a few words; rejects with what is wrong. */
  run(): Promise<string>
}

export interface Part {
  name: string
  ok: boolean
  message: string
  ms: number
}

export interface Readiness {
  ready: boolean
  parts: Part[]
}

/** A check that takes longer has failed. */
const LONGEST_MS = 3_000
/** Everybody who asks within this time gets the same answer: asking costs little, however often it is done. */
const KEPT_MS = 1_000

async function runCheck({ name, run }: Check): Promise<Part> {
  const startedAt = performance.now()
  const over = new AbortController()
  const late = sleep(LONGEST_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no answer within ${LONGEST_MS} ms`)
  })
  late.catch(() => {})
  const told = (ok: boolean, message: string): Part => ({
    name,
    ok,
    message,
    ms: Math.round(performance.now() - startedAt),
  })
  try {
    return told(true, await Promise.race([run(), late]))
  } catch (error) {
    return told(false, (error as Error).message)
  } finally {
    over.abort()
  }
}

/** Runs all checks side by side. */
export function createReadiness(checks: readonly Check[]): () => Promise<Readiness> {
  let kept: { until: number; answer: Promise<Readiness> } | undefined
  const ask = async (): Promise<Readiness> => {
    const parts = await Promise.all(checks.map(runCheck))
    return { ready: parts.every(({ ok }) => ok), parts }
  }
  return () => {
    const now = performance.now()
    if (!kept || kept.until < now) kept = { until: now + KEPT_MS, answer: ask() }
    return kept.answer
  }
}
