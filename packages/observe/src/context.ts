/** What is being worked on: carried along by every asynchronous call, so that a line of the log need not be told. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Span } from './trace.ts'

/** Ids by what they are of: `request`, `task`, `step`, `resource`, `host`, `user`. */
export type Facts = Readonly<Record<string, unknown>>

interface Scope {
  facts: Facts
  span: Span | undefined
}

const NOTHING: Scope = { facts: {}, span: undefined }
const storage = new AsyncLocalStorage<Scope>()

/** The facts and the span of what is being worked on. */
export const context = (): Readonly<Scope> => storage.getStore() ?? NOTHING

/** Runs `work`, and what it begins, with these facts besides those around it. */
export function within<T>(facts: Facts, work: () => T): T {
  const around = context()
  return storage.run({ facts: { ...around.facts, ...facts }, span: around.span }, work)
}

/** Adds facts that are known only now, e.g. who sent a request, to the innermost {@link within}. */
export function note(facts: Facts): void {
  const scope = storage.getStore()
  if (scope) scope.facts = { ...scope.facts, ...facts }
}

/** Runs `work` under a span. */
export function withSpan<T>(span: Span, work: () => T): T {
  return storage.run({ facts: context().facts, span }, work)
}

/** Runs work that belongs to nobody in particular, though somebody happened to begin it. */
export const outside = <T>(work: () => T): T => storage.exit(work)

/** Remembers the context of now, for listeners that are called from elsewhere. Notes that come later count. */
export function capture(): <T>(work: () => T) => T {
  const scope = storage.getStore()
  return (work) => (scope ? storage.run(scope, work) : work())
}
