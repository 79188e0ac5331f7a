import { describe, expect, test } from 'vitest'
import { cloud, deferred, type TestDeps, until } from './engine.fixture.ts'
import { defineSaga, noUndo, SagaError, type StepContext } from './index.ts'

const abc = defineSaga<{ size: number }, TestDeps>()('abc', { ids: ['a'] })
  .step(
    'first',
    ({ effects, ids, input }) => effects.make('first', { id: ids.a, size: input.size }),
    ({ effects }) => effects.unmake('first'),
  )
  .step(
    'second',
    ({ effects, done }) => effects.make('second', done.first.size + 1),
    ({ effects }) => effects.unmake('second'),
  )
  .step(
    'third',
    ({ effects, done }) => effects.make('third', done.second + 1),
    ({ effects }) => effects.unmake('third'),
  )

describe('running forward and back', () => {
  test('[core.saga] steps run in order, see former outputs, and each is journalled before the next', async () => {
    const { run, journal, world } = cloud(abc)
    const { runId, end } = run({ size: 1 })
    expect(await end).toEqual({
      outcome: 'succeeded',
      outputs: { first: { id: expect.any(String), size: 1 }, second: 2, third: 3 },
    })
    expect(world.log).toEqual(['make first', 'make second', 'make third'])
    expect(journal.log(runId)).toEqual(['done 0 first', 'done 1 second', 'done 2 third', 'finish succeeded'])
  })

  test('[core.saga] a failing step is undone too, then all before it in reverse', async () => {
    const { run, journal, world } = cloud(abc)
    world.failAfter('third', new SagaError('RUN_INVALID', 'no room', { remedy: 'buy some', cause: new Error('disk') }))
    const { runId, end } = run({ size: 1 })
    const error = {
      code: 'RUN_INVALID',
      message: 'no room',
      remedy: 'buy some',
      step: 'third',
      causes: [{ code: 'STEP_FAILED', message: 'disk' }],
    }
    expect(await end).toEqual({ outcome: 'undone', error })
    expect(world.log.slice(3)).toEqual(['unmake third', 'unmake second', 'unmake first'])
    expect(world.things).toEqual({})
    expect(journal.log(runId).slice(2)).toEqual([
      'undoing 2 third',
      'undone 2 third',
      'undone 1 second',
      'undone 0 first',
      'finish undone',
    ])
    expect(journal.get(runId).finish?.error).toEqual(error)
  })

  test('[core.saga] what a step attaches comes with its record, once, from the attempt that worked', async () => {
    let contexts: StepContext[] = []
    const attach = (name: string): void => void contexts.at(-1)?.attached.push({ what: [name] })
    const saga = defineSaga<null, TestDeps>()('attaching', { ids: [] })
      .step(
        'first',
        ({ effects }) => {
          attach('of first')
          return effects.make('first', 1)
        },
        noUndo('test'),
        { retry: { attempts: 2, delayMs: 10 } },
      )
      .step('last', () => attach('of last'), noUndo('test'))
    const { run, journal, world, clock, ...engine } = cloud(saga)
    contexts = engine.contexts
    const attached: unknown[] = []
    journal.hold((record) => {
      attached.push('outcome' in record ? record.last?.attached : record.attached)
      return false
    })
    world.failBefore('first', new Error('not yet'), 1)
    expect((await clock.runUntil(run(null).end)).outcome).toBe('succeeded')
    expect(contexts.map(({ step, attempt }) => [step, attempt])).toEqual([
      ['first', 1],
      ['first', 2],
      ['last', 1],
    ])
    expect(attached).toEqual([['of first'], ['of last']])
  })

  test('[core.saga] an undo knows its own output only when it was journalled', async () => {
    const seen: unknown[] = []
    const saga = defineSaga<null, TestDeps>()('mine', { ids: [] })
      .step(
        'kept',
        () => 'kept',
        ({ mine }) => seen.push(mine),
      )
      .step(
        'silent',
        () => {},
        ({ mine }) => seen.push(mine),
      )
      .step(
        'fails',
        (): string => {
          throw new Error('no')
        },
        ({ mine, done }) => seen.push(mine, done),
      )
    const { run } = cloud(saga)
    await run(null).end
    expect(seen).toEqual([undefined, { kept: 'kept', silent: null }, null, 'kept'])
  })

  test('[core.saga] a step that needs no undo is passed over', async () => {
    const saga = defineSaga<null, TestDeps>()('look', { ids: [] })
      .step(
        'make',
        ({ effects }) => effects.make('a', 1),
        ({ effects }) => effects.unmake('a'),
      )
      .step('look', () => 1, noUndo('it only looks'))
      .step(
        'fail',
        () => {
          throw new Error('no')
        },
        noUndo('it does nothing'),
      )
    const { run, journal } = cloud(saga)
    const { runId, end } = run(null)
    expect((await end).outcome).toBe('undone')
    expect(journal.log(runId).slice(2)).toEqual(['undoing 2 fail', 'undone 0 make', 'finish undone'])
  })

  test('[core.saga] an undo that fails is tried again; one that never works lets the others happen', async () => {
    const { run, journal, world, clock } = cloud(abc, { undoRetry: { attempts: 3, delayMs: 10, maxDelayMs: 15 } })
    world.failAfter('third', new Error('no'))
    world.failUndo('third', 2)
    world.failUndo('second', 99)
    const { runId, end } = run({ size: 1 })
    const result = await clock.runUntil(end)
    expect(result).toMatchObject({
      outcome: 'undoFailed',
      error: { message: 'no', step: 'third', undo: [{ step: 'second', message: 'cannot unmake second' }] },
    })
    expect(world.count('unmake third')).toBe(3)
    expect(world.count('unmake second')).toBe(3)
    expect(world.things).toEqual({ second: 2 })
    expect(journal.log(runId)).toContain('undone 0 first')
    expect(journal.get(runId).finish).toMatchObject({ outcome: 'undoFailed', error: { undo: [{ step: 'second' }] } })
    expect(clock.waits).toEqual([10, 15, 10, 15])
  })

  test('[core.saga] outputs are what the journal will give back, and what is not JSON fails the step', async () => {
    const saga = defineSaga<null, TestDeps>()('odd', { ids: [] })
      .step('when', (): unknown => ({ at: new Date(0), gone: undefined }), noUndo('nothing'))
      .step('use', ({ done }) => `${JSON.stringify(done.when)}`, noUndo('nothing'))
      .step(
        'nul',
        () => 'a\0b',
        ({ effects }) => effects.unmake('nul'),
      )
    const { run, world } = cloud(saga)
    expect(await run(null).end).toMatchObject({
      outcome: 'undone',
      error: { code: 'STEP_OUTPUT_NOT_JSON', step: 'nul' },
    })
    expect(world.log).toEqual(['unmake nul'])
  })

  test('[core.saga] a journal that refuses an output fails the step; one in trouble is asked again', async () => {
    const { run, journal, world, clock, reports } = cloud(abc)
    journal.reject('done', 'second')
    journal.trouble(2)
    journal.loseAnswer((record) => 'outcome' in record)
    const { end, runId } = run({ size: 1 })
    expect(await clock.runUntil(end)).toMatchObject({
      outcome: 'undone',
      error: { code: 'JOURNAL_REJECTED', step: 'second' },
    })
    expect(world.things).toEqual({})
    expect(journal.log(runId).at(-1)).toBe('finish undone')
    expect(reports.filter(({ kind }) => kind === 'journalTrouble')).toHaveLength(3)
  })
})

describe('retries and deadlines', () => {
  const patient = (retry: { attempts: number; delayMs: number; when?(error: unknown): boolean }) =>
    defineSaga<null, TestDeps>()('patient', { ids: [] }).step(
      'make',
      ({ effects }) => effects.make('make', 1),
      ({ effects }) => effects.unmake('make'),
      { retry },
    )

  test('[core.saga] a step is tried again as its options say', async () => {
    const { run, world, clock } = cloud(patient({ attempts: 3, delayMs: 70 }))
    world.failBefore('make', new Error('busy'), 2)
    expect((await clock.runUntil(run(null).end)).outcome).toBe('succeeded')
    expect(world.count('make make')).toBe(3)
    expect(clock.waits).toEqual([70, 70])
  })

  test('[core.saga] an error that is not worth it is not tried again', async () => {
    const { run, world } = cloud(patient({ attempts: 3, delayMs: 70, when: (error) => String(error).includes('busy') }))
    world.failBefore('make', new Error('forbidden'), 2)
    expect((await run(null).end).outcome).toBe('undone')
    expect(world.count('make make')).toBe(1)
  })

  test('[core.saga] a retry rule that breaks does not hide the error', async () => {
    const when = (error: unknown): boolean => (error as { nested: { flag: boolean } }).nested.flag
    const { run, world } = cloud(patient({ attempts: 3, delayMs: 70, when }))
    world.failBefore('make', new Error('forbidden'), 2)
    expect(await run(null).end).toMatchObject({ outcome: 'undone', error: { message: 'forbidden' } })
  })

  const slow = defineSaga<null, TestDeps>()('slow', { ids: [] }).step(
    'wait',
    ({ effects, signal }) => effects.hang('wait', signal),
    ({ effects }) => effects.unmake('wait'),
    { timeoutMs: 1_000 },
  )

  test('[core.saga] a step that passes its deadline is aborted, and undone once it settled', async () => {
    const { run, world, clock } = cloud(slow, { graceMs: 400 })
    const { end } = run(null)
    await until(() => world.signals.length === 1)
    clock.advance(999)
    expect(world.signals[0]?.aborted).toBe(false)
    clock.advance(1)
    expect(world.signals[0]?.aborted).toBe(true)
    expect(world.log).toEqual(['hang wait'])
    world.release('wait')
    expect(await end).toMatchObject({ outcome: 'undone', error: { code: 'STEP_TIMEOUT', step: 'wait' } })
    expect(world.log).toEqual(['hang wait', 'effect wait', 'unmake wait'])
    expect(world.things).toEqual({})
  })

  test('[core.saga] a step that ignores its abort is undone after the grace, and reported when it settles', async () => {
    const { run, world, clock, reports } = cloud(slow, { graceMs: 400 })
    const { end, runId } = run(null)
    await until(() => world.signals.length === 1)
    clock.advance(1_000)
    await until(() => clock.pending.includes(1_400))
    clock.advance(400)
    expect((await end).outcome).toBe('undone')
    expect(world.log).toEqual(['hang wait', 'unmake wait'])
    world.release('wait')
    await until(() => reports.length > 0)
    expect(reports).toEqual([{ kind: 'lateEffect', runId, step: 'wait', phase: 'run' }])
  })

  test('[core.saga] what a failing step has left under way is told to stop before the undo', async () => {
    const signals: AbortSignal[] = []
    const seen: boolean[] = []
    const saga = defineSaga<null, TestDeps>()('halves', { ids: [] }).step(
      'both',
      async ({ signal, effects }) => {
        signals.push(signal)
        await Promise.all([effects.hang('half', signal), Promise.reject(new Error('other half'))])
      },
      () => seen.push(signals[0]?.aborted ?? false),
    )
    const { run, world } = cloud(saga)
    expect(await run(null).end).toMatchObject({ outcome: 'undone', error: { message: 'other half' } })
    expect(seen).toEqual([true])
    world.release('half')
  })

  test('[core.saga] an undo that hangs is aborted and tried again', async () => {
    const hang = deferred()
    let calls = 0
    const saga = defineSaga<null, TestDeps>()('stuck', { ids: [] }).step(
      'a',
      () => {
        throw new Error('no')
      },
      () => (++calls === 1 ? hang.promise : undefined),
      { timeoutMs: 100 },
    )
    const { run, clock } = cloud(saga, { graceMs: 10 })
    expect(await clock.runUntil(run(null).end)).toMatchObject({ outcome: 'undone', error: { message: 'no' } })
    expect(calls).toBe(2)
    hang.resolve()
  })
})

describe('what steps are given', () => {
  test('[core.saga] dependencies are bound per execution, with the fence of the step', async () => {
    const { run, world, contexts } = cloud(abc)
    world.failAfter('second', new Error('no'))
    const { runId, end } = run({ size: 1 }, { epoch: 7, resources: ['vm-1'] })
    await end
    expect(
      contexts.map(({ step, phase, epoch, fenceEpoch, attempt }) => [step, phase, epoch, fenceEpoch, attempt]),
    ).toEqual([
      ['first', 'run', 7, 14, 1],
      ['second', 'run', 7, 14, 1],
      ['second', 'undo', 7, 15, 1],
      ['first', 'undo', 7, 15, 1],
    ])
    expect(contexts[0]).toMatchObject({ runId, saga: 'abc', version: 1, resources: ['vm-1'] })
  })

  test('[core.saga] dependencies may be computed lazily', async () => {
    const saga = defineSaga<null, TestDeps>()('lazy', { ids: [] }).step(
      'a',
      ({ effects }) => effects.make('a', 1),
      noUndo('test'),
    )
    let asked = 0
    const { run } = cloud(saga, {}, (effects) => ({
      get effects() {
        asked += 1
        return effects
      },
    }))
    expect((await run(null).end).outcome).toBe('succeeded')
    expect(asked).toBe(1)
  })

  test('[core.async] progress is percent of the whole run by weights, and never falls', async () => {
    const saga = defineSaga<null, TestDeps>()('long', { ids: [] })
      .step('quick', () => 1, noUndo('test'))
      .step(
        'copy',
        async ({ progress, effects, signal }) => {
          progress(50, 'half')
          progress(10)
          progress(Number.NaN)
          await effects.hang('copy', signal)
        },
        noUndo('test'),
        { weight: 3 },
      )
    const { run, journal, world, engine, clock } = cloud(saga, { progressIntervalMs: 200 })
    const { runId, end } = run(null)
    await until(() => world.signals.length === 1)
    expect(engine.running()).toEqual([
      { runId, saga: 'long', version: 1, epoch: 1, phase: 'run', step: 'copy', percent: 62.5 },
    ])
    expect(journal.get(runId).progress).toEqual([])
    await until(() => clock.pending.includes(200))
    clock.advance(200)
    await until(() => journal.get(runId).progress.length > 0)
    world.release('copy')
    expect((await end).outcome).toBe('succeeded')
    expect(journal.get(runId).progress).toMatchObject([{ percent: 62.5, message: 'half', step: 'copy', index: 1 }])
    expect(engine.running()).toEqual([])
    expect(clock.pending).toEqual([])
  })
})

describe('composition', () => {
  const disk = defineSaga<{ name: string }, TestDeps>()('disk', { ids: ['disk'] })
    .step(
      'clone',
      ({ effects, ids, input }) => effects.make(`${input.name}/${ids.disk.length}`, { path: input.name }),
      ({ effects, input, ids }) => effects.unmake(`${input.name}/${ids.disk.length}`),
    )
    .step('grow', ({ done }) => done.clone.path.length, noUndo('goes with the clone'))

  const machine = defineSaga<{ nics: string[] }, TestDeps>()('machine', { ids: ['root'] })
    .step('host', () => 'h1', noUndo('nothing'))
    .sub('root', disk, ({ ids, done }) => ({ ids: { disk: ids.root }, input: { name: `on-${done.host}` } }))
    .each(
      'nics',
      ({ input }) => input.nics,
      ({ effects, item }) => effects.make(item, item.length),
      ({ effects, item }) => effects.unmake(item),
    )
    .step(
      'start',
      ({ effects, done }) => effects.make('start', [done.root.grow, ...done.nics]),
      ({ effects }) => effects.unmake('start'),
    )

  test('[core.saga] a sub-saga is a part of the run: same journal, same undo', async () => {
    const { run, journal, world } = cloud(machine)
    const { runId, end } = run({ nics: ['n1', 'nic2'] })
    expect(await end).toMatchObject({
      outputs: { host: 'h1', root: { clone: { path: 'on-h1' }, grow: 5 }, nics: [2, 4], start: [5, 2, 4] },
    })
    expect(journal.log(runId)).toContain('done 1 root.clone')
    expect(world.things).toHaveProperty('on-h1/36')
  })

  test('[core.saga] a failure after a sub-saga and a fan-out leaves nothing', async () => {
    const { run, world } = cloud(machine)
    world.failAfter('start', new Error('no'))
    expect((await run({ nics: ['n1', 'n2', 'n3'] }).end).outcome).toBe('undone')
    expect(world.things).toEqual({})
  })

  test('[core.saga] one item that fails takes all items back', async () => {
    const { run, world } = cloud(machine)
    world.failAfter('n2', new Error('no'))
    expect(await run({ nics: ['n1', 'n2', 'n3'] }).end).toMatchObject({ outcome: 'undone', error: { step: 'nics' } })
    expect(world.things).toEqual({})
  })
})
