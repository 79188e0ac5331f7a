/**
 * Real faults, as hosts, cables, the network's database and the control plane have them, at every call that a saga makes. The calls
 * are learnt from a run without a fault and from one that is undone, so that none can be forgotten.
 */
import type { JsonValue, Outcome } from '@basalt/saga'
import { expect } from 'vitest'
import { type CallName, type HungCall, type Strikes, strikesOf } from './torture-strikes.ts'
import type { World } from './torture-world.ts'
import { until } from './wait.ts'

/** What befalls a call; resolves when the run has ended. */
type RealFault = (at: Scene, call: CallName) => Promise<Outcome>

interface Scene {
  world: World
  strikes: Strikes
  run(): Promise<Outcome>
  /** Starts the action and waits until the call hangs. */
  runUntilHung(call: CallName): Promise<{ hung: HungCall; ended(): Promise<Outcome> }>
}

export const REAL_FAULTS = {
  'is refused': async ({ strikes, run }, call) => {
    strikes.failNext(call)
    return run()
  },
  'has its effect, but the reply is lost': async ({ strikes, run }, call) => {
    strikes.loseReplyAfter(call)
    return run()
  },
  'goes on while the cable of its host is pulled': async ({ world, runUntilHung }, call) => {
    const { hung, ended } = await runUntilHung(call)
    await withHost(world, hung, async (host, id) => {
      host.faults.disconnect()
      await until('the host is gone', () => (world.env.controlPlane().hub.host(id) ? null : true))
      hung.release()
      host.faults.reconnect()
    })
    return ended()
  },
  'ends with the power of its host': async ({ world, runUntilHung }, call) => {
    const { hung, ended } = await runUntilHung(call)
    await withHost(world, hung, async (host) => host.faults.crash())
    return ended()
  },
  'is under way when the control plane dies, and goes on when another has finished': async (
    { world, runUntilHung },
    call,
  ) => {
    const { hung, ended } = await runUntilHung(call)
    await world.restart()
    const outcome = await ended()
    hung.release()
    return outcome
  },
} satisfies Record<string, RealFault>

export type RealFaultName = keyof typeof REAL_FAULTS

/** Faults of the wire and of the host itself cannot befall the network's database. */
const HOST_ONLY: readonly RealFaultName[] = [
  'goes on while the cable of its host is pulled',
  'ends with the power of its host',
]

type Host = World['env']['hosts'][number]

async function withHost(
  { env }: World,
  { host = -1 }: HungCall,
  act: (host: Host, id: string) => Promise<void>,
): Promise<void> {
  const [found, id] = [env.hosts[host], env.hostIds[host]]
  if (!found || !id) throw new Error('the call hangs on no host')
  await act(found, id)
}

/** Everything there is to know of a saga before it is disturbed. */
interface Course {
  before: JsonValue
  after: JsonValue
  calls: CallName[]
  /** Calls that only its undo makes, and the call whose refusal leads there. */
  undo: { trigger: CallName; calls: CallName[] } | undefined
}

export interface RealFaultRunner {
  /** Has the fault befall each call of the saga, then each of its undo; one after the other. */
  strikeEach(name: RealFaultName): Promise<void>
  /** Has each call of the undo refused until it gives up; then the subject is failed, and its user can clear it away. */
  giveUpUndo(): Promise<void>
}

export function createRealFaultRunner(world: World): RealFaultRunner {
  const strikes = strikesOf(world.env)
  const scene: Scene = {
    world,
    strikes,
    async run() {
      return world.settled((await world.invoke()).runId)
    },
    async runUntilHung(call) {
      const hanging = strikes.hangNext(call)
      const { runId } = await world.invoke()
      let hung: HungCall | undefined
      hanging.then((reached) => {
        hung = reached
      })
      return { hung: await until(`${call} hangs`, () => hung ?? null), ended: () => world.settled(runId) }
    },
  }
  let learnt: Promise<Course> | undefined
  const course = () => {
    learnt ??= learn(scene)
    return learnt
  }

  async function one(act: () => Promise<Outcome>, about: string, wanted?: Outcome): Promise<void> {
    const { before } = await course()
    await world.prepare()
    await world.expectState(before, `${about}: the state before`)
    // What was not used up, on the other hosts, must not befall what comes after.
    const outcome = await act().finally(strikes.clear)
    if (wanted) expect(outcome, about).toBe(wanted)
    await check(outcome, about)
  }

  async function check(outcome: Outcome, about: string): Promise<void> {
    const { before, after } = await course()
    const finished = outcome === 'succeeded' || world.finish !== undefined
    if (outcome !== 'succeeded') await world.finish?.('')
    if (finished) await world.expectState(after, `${about}: the finished state`)
    else if (outcome === 'undone') await world.expectState(before, `${about}: the state of before`)
    await world.expectNoLeftovers()
    await world.prepare()
    await world.expectState(before, `${about}: the state of before, once cleared away`)
  }

  return {
    async strikeEach(name) {
      const { calls, undo } = await course()
      const applies = (call: CallName) => call.startsWith('host') || !HOST_ONLY.includes(name)
      for (const call of calls.filter(applies)) await one(() => REAL_FAULTS[name](scene, call), `${call} ${name}`)
      for (const call of undo?.calls.filter(applies) ?? [])
        await one(
          () => {
            strikes.failNext(undo?.trigger ?? call)
            return REAL_FAULTS[name](scene, call)
          },
          `in the undo, ${call} ${name}`,
          'undone',
        )
    },
    async giveUpUndo() {
      const { undo } = await course()
      for (const call of undo?.calls ?? [])
        await one(
          () => {
            strikes.failNext(undo?.trigger ?? call)
            for (let attempt = 0; attempt < UNDO_ATTEMPTS; attempt++) strikes.failNext(call)
            return scene.run()
          },
          `the undo gives up at ${call}`,
          'undoFailed',
        )
    },
  }
}

/** As many as the engine of these worlds makes. */
const UNDO_ATTEMPTS = 3

async function learn({ world, strikes, run }: Scene): Promise<Course> {
  await world.prepare()
  const before = await world.snapshot()
  const calls = await strikes.observe(run)
  const after = await world.snapshot()
  const trigger = calls.at(-1)
  if (world.finish || !trigger) return { before, after, calls, undo: undefined }
  await world.prepare()
  strikes.failNext(trigger)
  const all = await strikes.observe(run)
  return { before, after, calls, undo: { trigger, calls: all.filter((call) => !calls.includes(call)) } }
}
