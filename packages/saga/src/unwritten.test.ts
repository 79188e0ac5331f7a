import { describe, expect, test } from 'vitest'
import { cloud, type TestDeps } from './engine.fixture.ts'
import { defineSaga, type Faults, type JournalRecord, type StepContext } from './index.ts'

/** Contexts of the steps under way; set by each test. */
let contexts: StepContext[] = []
const settled: string[] = []

function attach(name: string): void {
  const isTentative = true
  contexts.at(-1)?.attached.push({ what: [`of ${name}`], isTentative, settled: () => settled.push(name) })
}

/** Steps that attach what they do, of which the first two wait for the third. */
const waiting = defineSaga<null, TestDeps>()('waiting', { ids: [] })
  .step(
    'one',
    ({ effects }) => {
      attach('one')
      return effects.make('one', 1)
    },
    ({ effects }) => effects.unmake('one'),
    { record: 'withNext' },
  )
  .step(
    'two',
    ({ effects, done }) => effects.make('two', done.one + 1),
    ({ effects }) => effects.unmake('two'),
    { record: 'withNext' },
  )
  .step(
    'three',
    ({ effects, done }) => effects.make('three', done.two + 1),
    ({ effects }) => effects.unmake('three'),
  )
  .step(
    'four',
    ({ effects, done }) => effects.make('four', done.three + 1),
    ({ effects }) => effects.unmake('four'),
    { record: 'withNext' },
  )

const outputs = { one: 1, two: 2, three: 3, four: 4 }

function world() {
  const env = cloud(waiting)
  contexts = env.contexts
  settled.length = 0
  const writes: string[] = []
  const told = ({ event, step, earlier = [], attached = [] }: JournalRecord): string =>
    [...earlier.map(told), [event, step, ...attached].join(' ')].join(', ')
  env.journal.hold((record) => {
    writes.push('event' in record ? told(record) : `${record.outcome}: ${record.last ? told(record.last) : ''}`)
    return false
  })
  return { ...env, writes }
}

/** Starts a run on an engine that dies at the fault, then resumes it on another. */
async function crashAndResume(faults: Faults, breaks?: (env: ReturnType<typeof world>) => void) {
  const env = world()
  const run = env.accept(null)
  await env.node({ faults }).start(run)
  breaks?.(env)
  const { run: ours, entries } = env.journal.takeOver(run.runId)
  const end = await env.clock.runUntil(env.node().resume(ours, entries))
  return { ...env, entries, end }
}

describe('records that wait for the next one', () => {
  test('[core.saga] are written with it, with what their steps attached', async () => {
    const { run, writes } = world()
    expect(await run(null).end).toEqual({ outcome: 'succeeded', outputs })
    expect(writes).toEqual(['done one of one, done two, done three', 'succeeded: done four'])
    expect(settled).toEqual(['one'])
  })

  test('[core.saga] after a crash before it, all their steps are done again', async () => {
    const { entries, end, things, count } = await crashAndResume({
      afterRun: ({ context, crash }) => void (context.step === 'three' && crash()),
    }).then(({ world, ...rest }) => ({ ...rest, ...world }))
    expect(entries).toEqual([])
    expect(end).toEqual({ outcome: 'succeeded', outputs })
    expect(things).toEqual(outputs)
    expect(['one', 'two', 'three', 'four'].map((name) => count(`make ${name}`))).toEqual([2, 2, 2, 1])
  })

  test('[core.saga] when one of them fails then, what followed it before the crash is undone as well', async () => {
    const { end, world } = await crashAndResume(
      { afterRun: ({ context, crash }) => void (context.step === 'three' && crash()) },
      (env) => env.world.failBefore('one', new Error('no'), 1),
    )
    expect(end).toMatchObject({ outcome: 'undone', error: { step: 'one' } })
    expect(world.log.slice(-3)).toEqual(['unmake three', 'unmake two', 'unmake one'])
    expect(world.things).toEqual({})
  })

  test('[core.saga] when a step fails, are written without what was attached, and undone', async () => {
    const { run, world: made, writes } = world()
    made.failAfter('three', new Error('no'))
    expect(await run(null).end).toMatchObject({ outcome: 'undone', error: { step: 'three' } })
    expect(writes[0]).toBe('done one, done two, undoing three')
    expect(settled).toEqual(['one'])
    expect(made.things).toEqual({})
  })

  test('[core.saga] when the run is cancelled, are written with the wish', async () => {
    const env = world()
    const cancelled = env.node({
      faults: { beforeRun: ({ context, cancel }) => void (context.step === 'two' && cancel()) },
    })
    expect(await cancelled.start(env.accept(null))).toMatchObject({ outcome: 'undone' })
    expect(env.writes[0]).toBe('done one, undoing two')
    expect(env.world.things).toEqual({})
  })

  test('[core.saga] when what was attached is refused, the steps are done again, and told so', async () => {
    const { run, writes, journal, contexts: seen } = world()
    journal.reject('done', 'three', 1)
    expect(await run(null).end).toEqual({ outcome: 'succeeded', outputs })
    expect(seen.map(({ step, isAgain }) => `${step} ${isAgain}`)).toEqual([
      ...['one false', 'two false', 'three false'],
      ...['one true', 'two true', 'three true'],
      'four false',
    ])
    expect(writes).toEqual(['done one of one, done two, done three', 'succeeded: done four'])
    expect(settled).toEqual(['one', 'one'])
  })

  test('[core.saga] when it is refused once more, the run fails', async () => {
    const { run, writes, journal, world: made } = world()
    journal.reject('done', 'three')
    expect(await run(null).end).toMatchObject({ outcome: 'undone', error: { step: 'three' } })
    expect(made.count('make one')).toBe(2)
    expect(writes[0]).toBe('done one, done two, done three, undoing three')
    expect(made.things).toEqual({})
  })

  test('[core.saga] of a run that is dropped, nothing that was attached is waited for', async () => {
    const env = world()
    const dying = env.node({ faults: { beforeRun: ({ context, crash }) => void (context.step === 'two' && crash()) } })
    expect(await dying.start(env.accept(null))).toEqual({ outcome: 'dropped', reason: 'stopped' })
    expect(settled).toEqual(['one'])
  })
})
