import type { HostCall } from '@basalt/contracts'
import { expect, type TestContext } from 'vitest'

/** A call as the agent makes it, with what it was told about progress. */
export interface ContractCall extends HostCall {
  readonly percents: number[]
}

/** A call that nobody aborts, unless a signal is given. */
export function hostCall(signal: AbortSignal = new AbortController().signal): ContractCall {
  const percents: number[] = []
  return { signal, percents, progress: (percent) => void percents.push(percent) }
}

/** The promise rejects with an `Error` that carries one of these codes and says something. */
export async function expectCode(promise: Promise<unknown>, ...codes: string[]): Promise<void> {
  const error = await promise.then(
    (value) => expect.fail(`expected ${codes.join(' or ')}, but got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  const { code, message } = error as Error & { code?: string }
  expect(codes, `${code}: ${message}`).toContain(code)
  expect(message).not.toBe('')
}

/** What the subject offers; skips the test with a reason where it does not. */
export function offered<T>(capability: T | undefined, context: TestContext, reason: string): NonNullable<T> {
  if (capability === undefined || capability === null) context.skip(reason)
  return capability as NonNullable<T>
}
