import { OvsdbError } from './errors.ts'
import type { Unsubscribe } from './listeners.ts'

/** Settings of {@link waitUntil}. */
export interface WaitUntilOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** The error that makes waiting pointless, if it has happened already. */
  ended(): OvsdbError | undefined
  /** Calls `recheck` after every change and `fail` when there will be none any more. */
  subscribe(recheck: () => void, fail: (error: unknown) => void): Unsubscribe
}

/** Resolves with the first truthy value of `attempt`: tried at once and after every change. */
export function waitUntil<Result>(
  attempt: () => Result | undefined | null | false,
  { timeoutMs, signal, ended, subscribe }: WaitUntilOptions,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const first = attempt()
    if (first) return resolve(first)
    const endError = ended()
    if (endError !== undefined) return reject(endError)

    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      unsubscribe()
      settle()
    }
    const fail = (error: unknown): void => finish(() => reject(error))
    const onAbort = (): void => fail(signal?.reason)
    const recheck = (): void => {
      try {
        const result = attempt()
        if (result) finish(() => resolve(result))
      } catch (error) {
        fail(error)
      }
    }
    const timer = setTimeout(
      () => fail(new OvsdbError('deadline exceeded', `the condition did not hold within ${timeoutMs} ms`)),
      timeoutMs,
    )
    signal?.addEventListener('abort', onAbort)
    const unsubscribe = subscribe(recheck, fail)
  })
}
