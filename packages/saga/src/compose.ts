import type { ErasedCall, SagaDefinition, StepDefinition, StepOptions } from './define.ts'

/** `base` with some properties laid over it; `base` may compute its properties lazily, so it is not copied. */
export function overlay<Base extends object, Top extends object>(base: Base, top: Top): Base & Top {
  return Object.assign(Object.create(base), top)
}

type Mapping = (call: ErasedCall) => { input: unknown; ids: Readonly<Record<string, string>> }

/**
 * The steps of a sub-saga as steps of its parent, so that journal, undo, resume and torture need to know nothing about
 * sub-sagas. Every call recomputes the sub-saga's input from journalled data.
 */
export function flattenSub(name: string, sub: SagaDefinition, map: Mapping): StepDefinition[] {
  const into = (call: ErasedCall): ErasedCall =>
    overlay(call, { ...map(call), done: (call.done[name] ?? {}) as Record<string, unknown> })
  return sub.steps.map(({ name: inner, path, run, undo, options }) => ({
    name: `${name}.${inner}`,
    path: [name, ...path],
    run: (call) => run(into(call)),
    undo: typeof undo === 'function' ? (call) => undo(into(call)) : undo,
    options: sub.cancellable.cancellable === false ? { ...options, ...sub.cancellable } : options,
  }))
}

type Items = (call: ErasedCall) => readonly unknown[]

/** One step over many items. All items settle before the step does, so that its undo never races with one of them. */
export function eachStep(
  name: string,
  items: Items,
  run: StepDefinition['run'],
  undo: StepDefinition['undo'],
  { concurrency = 8, ...options }: StepOptions & { concurrency?: number } = {},
): StepDefinition {
  return Object.freeze({
    name,
    path: [name],
    run: (call: ErasedCall) => runEach(items(call), concurrency, call, run),
    undo: typeof undo === 'function' ? undoEach(items, concurrency, undo) : undo,
    options,
  })
}

async function runEach(items: readonly unknown[], concurrency: number, call: ErasedCall, run: StepDefinition['run']) {
  let finished = 0
  const work = async (item: unknown) => {
    const output = await run(overlay(call, { item, progress: () => {} }))
    finished += 1
    call.progress((finished / items.length) * 100, `${finished} of ${items.length}`)
    return output ?? null
  }
  // After a failure nothing new begins: it would only have to be undone.
  return inParallel(items, concurrency, work, (errors) => errors.length === 0 && !call.signal.aborted)
}

function undoEach(items: Items, concurrency: number, undo: (call: ErasedCall) => unknown) {
  return (call: ErasedCall) => {
    const mine = (call.mine ?? []) as unknown[]
    const work = async (item: unknown, index: number) =>
      undo(overlay(call, { item, mine: mine[index], progress: () => {} }))
    return inParallel(items(call), concurrency, work, () => !call.signal.aborted)
  }
}

/** Like Promise.all, but bounded, and it settles only when everything it began has settled. */
async function inParallel<R>(
  items: readonly unknown[],
  concurrency: number,
  work: (item: unknown, index: number) => Promise<R>,
  mayBegin: (errors: readonly unknown[]) => boolean,
): Promise<R[]> {
  const outputs: R[] = []
  const errors: unknown[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length && mayBegin(errors)) {
      const index = next++
      await work(items[index], index).then(
        (output) => {
          outputs[index] = output
        },
        (error) => errors.push(error),
      )
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker))
  if (errors.length === 1) throw errors[0]
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} of ${items.length} items failed`)
  if (next < items.length) throw new Error(`aborted after ${next} of ${items.length} items`)
  return outputs
}
