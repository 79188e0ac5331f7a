import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import {
  chooseIds,
  createMemoryJournal,
  createSagaEngine,
  createSagaRegistry,
  defineSaga,
  type Faults,
  noUndo,
  type Outcome,
  type RunEnd,
  type SagaDefinition,
  type SagaEngine,
  type StepContext,
} from './index.ts'
import { type FaultName, RUN_FAULTS, type TortureScenario, torture, UNDO_FAULTS } from './torture.ts'

/** A host that refuses whoever comes with an older epoch than it has seen, unless it is careless. */
interface Host {
  things: Record<string, string>
  notes: string[]
  epoch: number
}

interface Deps {
  host: {
    put(name: string, value: string): Promise<void>
    remove(name: string): Promise<void>
    has(name: string): boolean
    note(text: string): void
    clearNotes(): void
  }
}

function bindTo(host: Host, context: StepContext, isCareless: boolean): Deps {
  const fenced = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    context.signal.throwIfAborted()
    if (!isCareless && context.fenceEpoch < host.epoch) throw new Error('stale epoch')
    host.epoch = Math.max(host.epoch, context.fenceEpoch)
  }
  return {
    host: {
      async put(name, value) {
        await fenced()
        host.things[name] = value
      },
      async remove(name) {
        await fenced()
        delete host.things[name]
      },
      has: (name) => name in host.things,
      note: (text) => void host.notes.push(text),
      clearNotes: () => void host.notes.splice(0),
    },
  }
}

/** Engines on a journal in memory, with one host. */
function scenarioOf(saga: SagaDefinition<Deps>, isCareless = false) {
  return (faults: Faults): TortureScenario => {
    const host: Host = { things: {}, notes: [], epoch: 0 }
    const journal = createMemoryJournal()
    const registry = createSagaRegistry<Deps>()
    registry.register(saga)
    const ends = new Map<string, Promise<RunEnd>>()
    const newEngine = () =>
      createSagaEngine<Deps>({ registry, journal, faults, bind: (context) => bindTo(host, context, isCareless) })
    let engine: SagaEngine = newEngine()
    const resumeAll = () => {
      for (const runId of journal.open()) {
        const { run, entries } = journal.takeOver(runId)
        ends.set(runId, engine.resume(run, entries))
      }
    }
    return {
      async prepare() {
        Object.assign(host, { things: {}, notes: [], epoch: 0 })
      },
      async invoke() {
        const ids = chooseIds(saga)
        const run = journal.accept({
          runId: randomUUID(),
          saga: saga.name,
          version: saga.version,
          epoch: 1,
          resources: Object.values(ids),
          input: null,
          ids,
        })
        ends.set(run.runId, engine.start(run))
        return { runId: run.runId, ids }
      },
      snapshot: async () => ({ things: { ...host.things }, notes: [...host.notes] }),
      async restart() {
        engine = newEngine()
        resumeAll()
      },
      async settled(runId): Promise<Outcome> {
        const end = await ends.get(runId)
        const { finish } = journal.get(runId)
        if (!finish) throw new Error(`run ${runId} is open: ${JSON.stringify(end)}`)
        return finish.outcome
      },
      async takeOver() {
        const former = [...ends.values()]
        engine = newEngine()
        resumeAll()
        return async () => void (await Promise.all(former))
      },
    }
  }
}

const disk = defineSaga<null, Deps>()('disk', { ids: ['disk'] }).step(
  'clone',
  ({ host, ids }) => host.put(`disk ${ids.disk}`, ids.disk),
  ({ host, ids }) => host.remove(`disk ${ids.disk}`),
  { retry: { attempts: 3, delayMs: 60_000 } },
)

const sound = defineSaga<null, Deps>()('vm.create', { ids: ['vm', 'root'] })
  .step(
    'reserve',
    async ({ host, ids }) => {
      await host.put(`reservation ${ids.vm}`, 'h1')
      return 'h1'
    },
    ({ host, ids }) => host.remove(`reservation ${ids.vm}`),
  )
  .step('look', ({ done }) => `${done.reserve} looks fine`, noUndo('it changes nothing'))
  .sub('root', disk, ({ ids }) => ({ input: null, ids: { disk: ids.root } }))
  .each(
    'plug',
    () => ['eth0', 'eth1'],
    ({ host, item }) => host.put(item, 'plugged'),
    ({ host, item }) => host.remove(item),
  )
  .step(
    'start',
    ({ host, ids }) => host.put(ids.vm, 'running'),
    ({ host, ids }) => host.remove(ids.vm),
    {
      cancellable: false,
      reason: 'a start takes no time',
    },
  )

describe('a sound saga stands everything', () => {
  const kit = torture({ saga: sound, scenario: scenarioOf(sound), canTakeOver: true, deadlineMs: 5_000 })
  for (const { title, run } of kit.cases) test(`[core.saga] ${title}`, run)
  afterAll(kit.close)

  test('[core.saga] every step meets every fault', () => {
    const faultsOf = (step: string) => kit.cases.filter((found) => found.step === step).map(({ fault }) => fault)
    const all = [...Object.keys(RUN_FAULTS), ...Object.keys(UNDO_FAULTS)]
    expect(sound.steps.map(({ name }) => name)).toEqual(['reserve', 'look', 'root.clone', 'plug', 'start'])
    expect(faultsOf('root.clone')).toEqual(all)
    expect(faultsOf('look')).toEqual(Object.keys(RUN_FAULTS))
  })
})

describe('an unsound saga is caught', () => {
  type Steps = (host: Deps['host']) => { run: () => unknown; undo: ((mine: unknown) => unknown) | string }

  /** Faults that the kit finds fault with, for a saga of that step and one that does nothing. */
  async function caught(steps: Steps, isCareless = false): Promise<FaultName[]> {
    const saga = defineSaga<null, Deps>()('bad', { ids: [] })
      .step(
        'act',
        async ({ host }): Promise<unknown> => steps(host).run(),
        ({ host, mine }) => {
          const { undo } = steps(host)
          return typeof undo === 'function' ? undo(mine) : undefined
        },
      )
      .step('rest', () => {}, noUndo('it does nothing'))
    const kit = torture({ saga, scenario: scenarioOf(saga, isCareless), canTakeOver: true, deadlineMs: 5_000 })
    const failed: FaultName[] = []
    for (const { step, fault, run } of kit.cases) {
      if (step === 'act') await run().catch(() => failed.push(fault))
    }
    return failed
  }

  test('[core.saga] a step that is not idempotent', async () => {
    const found = await caught((host) => ({ run: () => host.note('once more'), undo: () => host.clearNotes() }))
    expect(found).toEqual(expect.arrayContaining(['repeat', 'crash-after']))
  })

  test('[core.saga] a step whose undo needs its own output', async () => {
    const found = await caught((host) => ({
      run: async () => {
        await host.put('a', 'made')
        return 'a'
      },
      undo: (mine) => (mine === undefined ? undefined : host.remove('a')),
    }))
    expect(found).toEqual(['fail-after', 'timeout-after', 'crash-undoing'])
  })

  test('[core.saga] a step without a true undo', async () => {
    const found = await caught((host) => ({ run: () => host.put('a', 'made'), undo: 'forgotten' }))
    expect(found).toEqual(expect.arrayContaining(['fail-after', 'cancel-after', 'undo-repeat', 'undo-crash-before']))
    expect(found).not.toContain('fail-before')
  })

  test('[core.saga] an undo that cannot be repeated, or fails when the step never ran', async () => {
    const found = await caught((host) => ({
      run: () => host.put('a', 'made'),
      undo: () => {
        if (!host.has('a')) throw new Error('a is not there')
        return host.remove('a')
      },
    }))
    expect(found).toEqual(expect.arrayContaining(['fail-before', 'cancel-before', 'undo-repeat', 'undo-crash-after']))
    expect(found).not.toContain('fail-after')
  })

  test('[core.saga] hosts that do not look at the epoch', async () => {
    const found = await caught((host) => ({ run: () => host.put('a', 'made'), undo: () => host.remove('a') }), true)
    expect(found).toEqual(['pause-undone'])
  })

  test('[core.saga] the report names saga, step, fault and difference', async () => {
    const saga = defineSaga<null, Deps>()('bad', { ids: ['vm'] }).step(
      'leak',
      ({ host, ids }) => host.put(ids.vm, 'made'),
      noUndo('or so it says'),
    )
    const kit = torture({ saga, scenario: scenarioOf(saga) })
    const failure = kit.run()
    await expect(failure).rejects.toThrow(
      /bad, step leak, fail-after \(.*\): the run ended undone, but unlike the state of before:\n {2}things\.<vm>: expected nothing, found "made"/,
    )
    await expect(failure).rejects.toThrow(/^4 of 11 cases failed/)
  })

  test('[core.saga] exceptions are left out, with their reason', async () => {
    const saga = defineSaga<null, Deps>()('wipe', { ids: [] }).step(
      'wipe',
      ({ host }) => host.put('a', 'gone'),
      noUndo('data is gone'),
    )
    const faults = ['fail-after', 'timeout-after', 'crash-undoing', 'cancel-after'] as const
    const kit = torture({
      saga,
      scenario: scenarioOf(saga),
      exceptions: [{ step: 'wipe', faults, reason: 'data is gone' }],
    })
    const cases = await kit.run()
    expect(cases.filter(({ skipped }) => skipped === 'data is gone').map(({ fault }) => fault)).toEqual(faults)
    expect(cases).toHaveLength(11)
  })

  test('[core.saga] a scenario that does not use the hooks is noticed', async () => {
    const scenario = () => scenarioOf(disk)({})
    const kit = torture({ saga: disk, scenario, deadlineMs: 50 })
    await expect(kit.cases[0]?.run()).rejects.toThrow('the fault never happened')
  })
})
