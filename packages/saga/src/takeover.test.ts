import { describe, expect, test } from 'vitest'
import { cloud, idle, type TestDeps, until } from './engine.fixture.ts'
import { defineSaga, type Faults } from './index.ts'

const names = ['one', 'two', 'three'] as const

const three = defineSaga<null, TestDeps>()('three', { ids: [] })
  .step(
    'one',
    ({ effects }) => effects.make('one', 1),
    ({ effects }) => effects.unmake('one'),
  )
  .step(
    'two',
    ({ effects, done }) => effects.make('two', done.one + 1),
    ({ effects }) => effects.unmake('two'),
  )
  .step(
    'three',
    ({ effects, done }) => effects.make('three', done.two + 1),
    ({ effects }) => effects.unmake('three'),
  )

const whole = { one: 1, two: 2, three: 3 }

/** Starts a run, lets the engine die at the fault, resumes on another node; answers how that ended. */
async function crashAndResume(faults: Faults, break_ = false) {
  const env = cloud(three)
  if (break_) env.world.failAfter('three', new Error('no'))
  const dying = env.node({ faults })
  const run = env.accept(null)
  expect(await dying.start(run)).toEqual({ outcome: 'dropped', reason: 'stopped' })
  const written = env.journal.log(run.runId)
  if (env.journal.get(run.runId).finish) return { ...env, run, written, end: undefined }
  const { run: ours, entries } = env.journal.takeOver(run.runId)
  const end = await env.node().resume(ours, entries)
  return { ...env, run, written, end }
}

describe('crash and take-over', () => {
  for (const name of names) {
    test(`[core.saga] resumes after a crash before step ${name}`, async () => {
      const { world, end } = await crashAndResume({
        beforeRun: ({ context, crash }) => void (context.step === name && crash()),
      })
      expect(end).toEqual({ outcome: 'succeeded', outputs: whole })
      expect(world.count(`make ${name}`)).toBe(1)
      expect(world.things).toEqual(whole)
    })

    test(`[core.saga] resumes after a crash between the effect of step ${name} and its record`, async () => {
      const { world, end } = await crashAndResume({
        afterRun: ({ context, crash }) => void (context.step === name && crash()),
      })
      expect(end).toEqual({ outcome: 'succeeded', outputs: whole })
      expect(world.count(`make ${name}`)).toBe(2)
      expect(world.log).toHaveLength(4)
    })

    test(`[core.saga] resumes after a crash right after the record of step ${name}`, async () => {
      const { world, journal, run } = await crashAndResume({
        afterRecord: ({ event, step }, { crash }) => void (event === 'done' && step === name && crash()),
      })
      expect(world.log).toEqual(['make one', 'make two', 'make three'])
      expect(journal.log(run.runId)).toEqual(['done 0 one', 'done 1 two', 'done 2 three', 'finish succeeded'])
    })

    test(`[core.saga] goes on undoing after a crash before the undo of step ${name}`, async () => {
      const { world, end } = await crashAndResume(
        { beforeUndo: ({ context, crash }) => void (context.step === name && crash()) },
        true,
      )
      expect(end).toMatchObject({ outcome: 'undone', error: { message: 'no', step: 'three' } })
      expect(world.count(`unmake ${name}`)).toBe(1)
      expect(world.things).toEqual({})
    })

    test(`[core.saga] goes on undoing after a crash between the undo of step ${name} and its record`, async () => {
      const { world, end } = await crashAndResume(
        { afterUndo: ({ context, crash }) => void (context.step === name && crash()) },
        true,
      )
      expect(end).toMatchObject({ outcome: 'undone', error: { message: 'no' } })
      expect(world.count(`unmake ${name}`)).toBe(2)
      expect(world.things).toEqual({})
    })

    test(`[core.saga] goes on undoing after a crash right after the undo of step ${name} was recorded`, async () => {
      const { world, journal, run } = await crashAndResume(
        { afterRecord: ({ event, step }, { crash }) => void (event === 'undone' && step === name && crash()) },
        true,
      )
      expect(world.log.slice(3)).toEqual(['unmake three', 'unmake two', 'unmake one'])
      expect(journal.get(run.runId).finish?.outcome).toBe('undone')
    })
  }

  test('[core.saga] a run whose failure was recorded is never run forward again', async () => {
    const { world, end } = await crashAndResume(
      { afterRecord: ({ event }, { crash }) => void (event === 'undoing' && crash()) },
      true,
    )
    expect(end).toMatchObject({ outcome: 'undone', error: { message: 'no', step: 'three' } })
    expect(world.log).toEqual(['make one', 'make two', 'make three', 'unmake three', 'unmake two', 'unmake one'])
  })

  test('[core.saga] a run with all steps done only needs its end', async () => {
    const { accept, node, journal, world } = cloud(three)
    const run = accept(null)
    for (const [index, step] of names.entries()) {
      await journal.record({ runId: run.runId, epoch: 1, index, step, event: 'done', output: index + 1 })
    }
    const { run: ours, entries } = journal.takeOver(run.runId)
    expect(await node().resume(ours, entries.reverse())).toEqual({ outcome: 'succeeded', outputs: whole })
    expect(world.log).toEqual([])
  })

  test('[core.saga] a journal of another step list is refused', () => {
    const { accept, engine } = cloud(three)
    const refused = (entry: { index: number; step: string }) => () =>
      void engine.resume(accept(null), [{ ...entry, event: 'done' }])
    expect(refused({ index: 0, step: 'other' })).toThrow('journal does not fit three version 1')
    expect(refused({ index: 3, step: 'four' })).toThrow('step 3 is absent')
    expect(refused({ index: 1, step: 'two' })).toThrow('done before the steps it needs')
  })

  test('[core.saga] a run that cannot be executed here is refused before anything happens', async () => {
    const { accept, engine, world } = cloud(three)
    const run = accept(null)
    expect(() => void engine.start({ ...run, version: 9 })).toThrow('not registered')
    expect(() => void engine.start({ ...run, epoch: 2 ** 53 })).toThrow('no usable epoch')
    const end = engine.start(run)
    expect(() => void engine.start(run)).toThrow('already executed here')
    expect((await end).outcome).toBe('succeeded')
    expect(world.log).toHaveLength(3)
  })
})

describe('fencing', () => {
  const hanging = defineSaga<null, TestDeps>()('hanging', { ids: [] })
    .step(
      'one',
      ({ effects }) => effects.make('one', 1),
      ({ effects }) => effects.unmake('one'),
    )
    .step(
      'two',
      ({ effects, signal }) => effects.hang('two', signal),
      ({ effects }) => effects.unmake('two'),
    )
    .step(
      'three',
      ({ effects }) => effects.make('three', 3),
      ({ effects }) => effects.unmake('three'),
    )

  test('[core.saga] an engine that was paused and wakes after a take-over writes nothing and begins nothing', async () => {
    const { accept, node, journal, world, reports } = cloud(hanging)
    const run = accept(null)
    const paused = node().start(run)
    await until(() => world.signals.length === 1)
    const { run: ours, entries } = journal.takeOver(run.runId)
    const taken = node().resume(ours, entries)
    await until(() => world.signals.length === 2)
    const writes = journal.log(run.runId)
    world.release('two')
    expect(await paused).toEqual({ outcome: 'dropped', reason: 'lost' })
    expect((await taken).outcome).toBe('succeeded')
    expect(journal.log(run.runId)).toEqual([...writes, 'done 1 two', 'done 2 three', 'finish succeeded'])
    expect(world.count('make three')).toBe(1)
    expect(reports).toMatchObject([{ kind: 'dropped', reason: 'lost', runId: run.runId }])
  })

  test('[core.saga] a fenced engine does not undo either', async () => {
    const { accept, node, journal, world } = cloud(three)
    world.failAfter('two', new Error('no'))
    const gate = journal.hold((record) => 'event' in record && record.event === 'undoing' && record.epoch === 1)
    const run = accept(null)
    const paused = node().start(run)
    await until(() => world.count('make two') === 1)
    const { run: ours, entries } = journal.takeOver(run.runId)
    gate.resolve()
    expect(await paused).toEqual({ outcome: 'dropped', reason: 'lost' })
    expect(world.log).toEqual(['make one', 'make two'])
    expect((await node().resume(ours, entries)).outcome).toBe('undone')
    expect(world.things).toEqual({})
  })

  test('[core.saga] taking a run over on the same engine drops the former execution', async () => {
    const { accept, engine, journal, world } = cloud(hanging)
    const run = accept(null)
    const former = engine.start(run)
    await until(() => world.signals.length === 1)
    const { run: ours, entries } = journal.takeOver(run.runId)
    const taken = engine.resume(ours, entries)
    expect(await former).toEqual({ outcome: 'dropped', reason: 'lost' })
    world.release('two')
    expect((await taken).outcome).toBe('succeeded')
    expect(engine.running()).toEqual([])
  })

  test('[core.saga] a run whose lease is gone is let go at once', async () => {
    const { run, engine, journal, world } = cloud(hanging)
    const { runId, end } = run(null)
    await until(() => world.signals.length === 1)
    engine.drop(runId)
    expect(await end).toEqual({ outcome: 'dropped', reason: 'lost' })
    world.release('two')
    await idle()
    expect(journal.log(runId)).toEqual(['done 0 one'])
    expect(journal.open()).toEqual([runId])
  })
})
