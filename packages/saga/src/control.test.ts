import { describe, expect, test } from 'vitest'
import { cloud, idle, type TestDeps, until } from './engine.fixture.ts'
import { defineSaga, noUndo } from './index.ts'

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

describe('cancel', () => {
  const polite = defineSaga<null, TestDeps>()('polite', { ids: [] })
    .step(
      'one',
      ({ effects }) => effects.make('one', 1),
      ({ effects }) => effects.unmake('one'),
    )
    .step(
      'two',
      async ({ effects, signal }) => {
        await effects.hang('two', signal)
        return 'two'
      },
      ({ effects, mine }) => effects.unmake(mine ?? 'unknown'),
    )
    .step(
      'three',
      ({ effects }) => effects.make('three', 3),
      ({ effects }) => effects.unmake('three'),
    )

  test('[core.async] aborts the step under way, waits for it, then undoes', async () => {
    const { run, engine, journal, world } = cloud(polite)
    const { runId, end } = run(null)
    await until(() => world.signals.length === 1)
    expect(await engine.cancel(runId)).toEqual({ accepted: true })
    expect(world.signals[0]?.aborted).toBe(true)
    expect(journal.log(runId)).toEqual(['done 0 one', 'undoing 1 two'])
    expect(await engine.cancel(runId)).toEqual({ accepted: true })
    world.release('two')
    expect(await end).toMatchObject({ outcome: 'undone', error: { code: 'RUN_CANCELLED', step: 'two' } })
    expect(world.log.slice(2)).toEqual(['effect two', 'unmake two', 'unmake one'])
    expect(world.things).toEqual({})
    expect(journal.log(runId).slice(2)).toEqual(['done 1 two', 'undone 1 two', 'undone 0 one', 'finish undone'])
  })

  test('[core.async] an accepted cancel outlives the node', async () => {
    const { accept, node, engine, journal, world } = cloud(polite)
    const run = accept(null)
    void engine.start(run)
    await until(() => world.signals.length === 1)
    await engine.cancel(run.runId)
    engine.crash()
    const { run: ours, entries } = journal.takeOver(run.runId)
    expect(await node().resume(ours, entries)).toMatchObject({ outcome: 'undone', error: { code: 'RUN_CANCELLED' } })
    expect(world.log.slice(2)).toEqual(['unmake unknown', 'unmake one'])
  })

  test('[core.async] ends the pause before another attempt', async () => {
    const saga = defineSaga<null, TestDeps>()('again', { ids: [] }).step(
      'one',
      ({ effects }) => effects.make('one', 1),
      ({ effects }) => effects.unmake('one'),
      { retry: { attempts: 9, delayMs: 60_000 } },
    )
    const { run, engine, world, clock } = cloud(saga)
    world.failBefore('one', new Error('busy'), 9)
    const { runId, end } = run(null)
    await until(() => clock.pending.includes(60_000))
    await engine.cancel(runId)
    expect(await end).toMatchObject({ outcome: 'undone', error: { code: 'RUN_CANCELLED' } })
    expect(world.log).toEqual(['make one', 'unmake one'])
  })

  test('[core.async] a run that still waits ends without a step, before its turn', async () => {
    const { accept, node, journal, world } = cloud(polite)
    const engine = node({ maxConcurrent: 1 })
    const [first, second, third] = [accept(null), accept(null), accept(null)]
    const ends = [first, second, third].map((run) => engine.start(run))
    await until(() => world.signals.length === 1)
    expect(engine.running().map(({ phase }) => phase)).toEqual(['run', 'queued', 'queued'])
    expect(await engine.cancel(third.runId)).toEqual({ accepted: true })
    world.release('two')
    expect((await Promise.all(ends)).map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'undone'])
    expect(journal.log(third.runId)).toEqual(['undoing -1 ', 'finish undone'])
    expect(world.count('make one')).toBe(2)
  })

  test('[core.async] what cannot be cancelled says why', async () => {
    const step = defineSaga<null, TestDeps>()('careful', { ids: [] }).step(
      'flash',
      ({ effects, signal }) => effects.hang('flash', signal),
      noUndo('test'),
      { cancellable: false, reason: 'a half-written device is lost' },
    )
    const saga = defineSaga<null, TestDeps>()('never', { ids: [], cancellable: false, reason: 'it is short' }).step(
      'wait',
      ({ effects, signal }) => effects.hang('wait', signal),
      noUndo('test'),
    )
    for (const [definition, name, answer] of [
      [step, 'flash', { reason: 'a half-written device is lost', step: 'flash' }],
      [saga, 'wait', { reason: 'it is short' }],
    ] as const) {
      const { run, engine, world } = cloud(definition)
      const { runId, end } = run(null)
      await until(() => world.signals.length === 1)
      expect(await engine.cancel(runId)).toEqual({ accepted: false, code: 'NOT_CANCELLABLE', ...answer })
      expect(world.signals[0]?.aborted).toBe(false)
      world.release(name)
      expect((await end).outcome).toBe('succeeded')
      expect(await engine.cancel(runId)).toMatchObject({ accepted: false, code: 'NOT_RUNNING_HERE' })
    }
  })

  test('[core.async] too late is too late', async () => {
    const { run, engine, journal, world } = cloud(three)
    const gate = journal.hold((record) => 'outcome' in record)
    const { runId, end } = run(null)
    await until(() => world.count('make three') === 1)
    await idle()
    expect(await engine.cancel(runId)).toMatchObject({ accepted: false, code: 'FINISHING' })
    gate.resolve()
    expect((await end).outcome).toBe('succeeded')
  })
})

describe('many runs', () => {
  test('[core.async] a thousand runs share the engine, first come first served, never more than allowed', async () => {
    let active = 0
    let most = 0
    const order: number[] = []
    const saga = defineSaga<number, TestDeps>()('many', { ids: ['thing'] })
      .step(
        'enter',
        ({ input }) => {
          order.push(input)
          most = Math.max(most, ++active)
        },
        () => {
          active -= 1
        },
      )
      .step(
        'work',
        ({ effects, ids, input }) => effects.make(ids.thing, input),
        ({ effects, ids }) => effects.unmake(ids.thing),
      )
      .step(
        'leave',
        ({ input }) => {
          if (input % 10 === 0) throw new Error('every tenth fails')
          active -= 1
        },
        noUndo('counted by the first step'),
      )
    const { accept, node, world } = cloud(saga)
    const engine = node({ maxConcurrent: 64 })
    const ends = await Promise.all(Array.from({ length: 1_000 }, (_, number) => engine.start(accept(number))))
    expect(ends.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(900)
    expect(ends.filter(({ outcome }) => outcome === 'undone')).toHaveLength(100)
    expect(Object.keys(world.things)).toHaveLength(900)
    expect({ most, active }).toEqual({ most: 64, active: 0 })
    expect(order.slice(0, 64)).toEqual([...Array(64).keys()])
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(1_000).keys()])
    expect(engine.running()).toEqual([])
  })

  test('[core.async] [core.scale] runs that wait for one that came last all go on, however many they are', async () => {
    let goOn = (): void => {}
    const last = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const saga = defineSaga<boolean, TestDeps>()('dependent', { ids: [] }).step(
      'wait',
      async ({ input: isLast }) => {
        if (isLast) goOn()
        await last
      },
      noUndo('test'),
    )
    const { accept, engine } = cloud(saga)
    const runs = [...Array<boolean>(12_000).fill(false), true].map((isLast) => engine.start(accept(isLast)))
    expect((await Promise.all(runs)).filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(12_001)
  })

  const waiting = defineSaga<null, TestDeps>()('waiting', { ids: [] }).step(
    'wait',
    ({ effects, signal }) => effects.hang('wait', signal),
    ({ effects }) => effects.unmake('wait'),
  )

  test('[core.async] draining lets running runs end and leaves queued ones to other nodes', async () => {
    const { accept, node, journal, world, clock } = cloud(waiting)
    const engine = node({ maxConcurrent: 1 })
    const [first, second] = [accept(null), accept(null)]
    void engine.start(first)
    void engine.start(second)
    await until(() => world.signals.length === 1)
    const drained = engine.drain(1_000)
    expect(await engine.start(accept(null))).toEqual({ outcome: 'dropped', reason: 'stopped' })
    world.release('wait')
    expect(await drained).toEqual({ finished: 1, left: [second.runId] })
    expect(journal.get(first.runId).finish?.outcome).toBe('succeeded')
    expect(clock.pending).toEqual([])
  })

  test('[core.async] what does not end before the deadline of a drain is left as it is', async () => {
    const { accept, engine, journal, world, clock, node } = cloud(waiting)
    const run = accept(null)
    void engine.start(run)
    await until(() => world.signals.length === 1)
    const drained = engine.drain(1_000)
    clock.advance(1_000)
    expect(await drained).toEqual({ finished: 0, left: [run.runId] })
    expect(world.signals[0]?.aborted).toBe(true)
    world.release('wait')
    await idle()
    expect(journal.log(run.runId)).toEqual([])
    const { run: ours, entries } = journal.takeOver(run.runId)
    expect((await node().resume(ours, entries)).outcome).toBe('succeeded')
  })

  test('[core.saga] a dead engine writes nothing, not even the step that has just worked', async () => {
    const { run, engine, journal, world } = cloud(three)
    const { runId, end } = run(null)
    await until(() => world.count('make one') === 1)
    engine.crash()
    expect(await end).toEqual({ outcome: 'dropped', reason: 'stopped' })
    await idle()
    expect(world.log).toEqual(['make one'])
    expect(journal.log(runId)).toEqual([])
  })
})
