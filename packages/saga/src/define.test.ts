import { describe, expect, expectTypeOf, test } from 'vitest'
import { chooseIds, createSagaRegistry, defineSaga, type IdsOf, type InputOf, noUndo, type OutputsOf } from './index.ts'

interface Host {
  id: string
  rack?: string
}
interface Deps {
  placement: { reserve(vm: string, name: string): Promise<Host>; release(vm: string): Promise<void> }
  volumes: { clone(id: string): { path: string }; destroy(id: string): void }
}
const nothing = noUndo('nothing to take back')

const cloneVolume = defineSaga<{ image: string }, Pick<Deps, 'volumes'>>()('volume.clone', { ids: ['volume'] }).step(
  'clone',
  ({ ids, volumes }) => volumes.clone(ids.volume),
  ({ ids, volumes }) => volumes.destroy(ids.volume),
)

const createVm = defineSaga<{ name: string }, Deps>()('vm.create', { ids: ['vm', 'root'], version: 2 })
  .step(
    'reserveHost',
    ({ ids, input, placement }) => placement.reserve(ids.vm, input.name),
    ({ ids, placement, mine }) => {
      expectTypeOf(mine).toEqualTypeOf<Host | undefined>()
      return placement.release(ids.vm)
    },
  )
  .sub('root', cloneVolume, ({ ids, input }) => ({ ids: { volume: ids.root }, input: { image: input.name } }))
  .each(
    'plugNics',
    ({ done }) => [done.reserveHost.id],
    ({ item }) => item.length,
    ({ mine }) => expectTypeOf(mine).toEqualTypeOf<number | undefined>(),
  )
  .step('start', async ({ done }) => `${done.reserveHost.id}${done.root.clone.path}${done.plugNics[0]}`, nothing)
  .step('announce', () => {}, nothing)

describe('defining sagas', () => {
  test('[core.saga] types flow from step to step', () => {
    expectTypeOf<InputOf<typeof createVm>>().toEqualTypeOf<{ name: string }>()
    expectTypeOf<IdsOf<typeof createVm>>().toEqualTypeOf<'vm' | 'root'>()
    expectTypeOf<OutputsOf<typeof createVm>['start']>().toEqualTypeOf<string>()
    expectTypeOf<OutputsOf<typeof createVm>['root']['clone']>().toEqualTypeOf<{ path: string }>()
    expect(createVm.steps.map((step) => step.name)).toEqual([
      'reserveHost',
      'root.clone',
      'plugNics',
      'start',
      'announce',
    ])
  })

  test('[core.saga] a step name can be taken only once', () => {
    // @ts-expect-error the name is taken
    expect(() => createVm.step('start', () => 1, nothing)).toThrow('step start is there twice')
    // @ts-expect-error the name is taken by a sub-saga
    expect(() => createVm.step('root', () => 1, nothing)).toThrow('step root is there twice')
  })

  test('[core.saga] outputs must be JSON', () => {
    const saga = defineSaga<null, Deps>()('a', { ids: [] })
    // @ts-expect-error a date does not come back from a journal
    saga.step('when', () => new Date(), nothing)
    // @ts-expect-error null stands for nothing
    saga.step('maybe', (): string | undefined => undefined, nothing)
    // @ts-expect-error nor does a map inside an object
    saga.step('map', () => ({ inside: new Map<string, string>() }), nothing)
    saga.step('fine', (): { a: readonly { b?: number | null }[] } => ({ a: [{}] }), nothing)
  })

  test('[core.saga] definitions are checked', () => {
    const define = defineSaga<null, Deps>()
    expect(() => define('Vm create', { ids: [] })).toThrow('is not a name for a saga')
    expect(() => define('a', { ids: [], version: 0 })).toThrow('version must be')
    expect(() => define('a', { ids: ['x', 'x'] })).toThrow('declared twice')
    expect(() => define('a', { ids: [], cancellable: false, reason: ' ' })).toThrow('needs a reason')
    expect(() => define('a', { ids: [] }).step('b.c', () => 1, nothing)).toThrow('not a name for a step')
    expect(() => define('a', { ids: [] }).step('b', () => 1, nothing, { timeoutMs: 0 })).toThrow('timeoutMs')
    expect(() => define('a', { ids: [] }).step('b', () => 1, nothing, { retry: { attempts: 0, delayMs: 1 } })).toThrow(
      'retry',
    )
    expect(() => noUndo('')).toThrow('needs a reason')
  })

  test('[core.saga] versions live side by side in a registry', () => {
    const registry = createSagaRegistry<Deps>()
    const old = defineSaga<{ name: string }, Deps>()('vm.create', { ids: ['vm'] }).step('all', () => 1, nothing)
    registry.register(createVm)
    registry.register(old)
    registry.register(cloneVolume)
    expect(registry.get('vm.create')).toBe(createVm)
    expect(registry.get('vm.create', 1)).toBe(old)
    expect(registry.all().map((saga) => `${saga.name} ${saga.version}`)).toEqual([
      'vm.create 1',
      'vm.create 2',
      'volume.clone 1',
    ])
    expect(registry.has('vm.create', 3)).toBe(false)
    expect(() => registry.get('vm.create', 3)).toThrow('not registered')
    const twin = defineSaga<null, Deps>()('vm.create', { ids: [] }).step('x', () => 1, nothing)
    expect(() => registry.register(twin)).toThrow('registered twice')
    const foreign = defineSaga<null, { printer: string }>()('print', { ids: [] }).step('x', () => 1, nothing)
    // @ts-expect-error the registry's node has no printer
    registry.register(foreign)
    // @ts-expect-error nor can a saga with other dependencies be a part
    createVm.sub('print', foreign, () => ({ input: null, ids: {} }))
  })

  test('[core.saga] ids are chosen before the first step', () => {
    const ids = chooseIds(createVm)
    expectTypeOf(ids).toEqualTypeOf<{ vm: string; root: string }>()
    expect(Object.keys(ids)).toEqual(['vm', 'root'])
    expect(ids.vm).toMatch(/^[0-9a-f-]{36}$/)
  })
})
