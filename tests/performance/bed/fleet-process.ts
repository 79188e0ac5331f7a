/** A process behind `fleet.ts`. */
import { createMemoryLedger } from '@basalt/hypervisor-sim/agent'
import type { Ledger } from '@basalt/transport'
import { createFleet, type Fleet } from '../../../apps/simulator/src/fleet.ts'
import { createLatencies } from '../../../apps/simulator/src/latencies.ts'
import { createFleetMetrics } from '../../../apps/simulator/src/metrics.ts'
import { follow } from '../../../apps/simulator/src/schedule.ts'
import { serveParent } from '../load/child.ts'
import { type Certify, openCertifier } from './certificates.ts'
import type { FleetQuestion, FleetState, HeardFence, Held } from './fleet.ts'
import { sum } from './processes.ts'

interface Playing {
  fleet: Fleet
  certify: Certify
}

let playing: Playing | undefined
let agentUrls: readonly string[] = []
let latencyMs = createLatencies(0)
let faults = 0
let letGo: (() => void)[] = []
/** Epochs by resources, since they were asked for. */
let fences = new Map<string, number>()

function createNotingLedger(): Ledger {
  const ledger = createMemoryLedger()
  return {
    ...ledger,
    raiseEpoch(resource, epoch) {
      fences.set(resource, Math.max(epoch, fences.get(resource) ?? 0))
      return ledger.raiseEpoch(resource, epoch)
    },
  }
}

async function begin(authority: string): Promise<Playing> {
  return {
    fleet: createFleet({
      agentUrls: () => agentUrls,
      latencyMs: (command) => latencyMs(command),
      metrics: createFleetMetrics(),
      ledger: createNotingLedger,
      log: process.env.BENCH_DEBUG ? console.error : () => {},
    }),
    certify: await openCertifier(authority),
  }
}

function add({ fleet, certify }: Playing, question: FleetQuestion & { type: 'add' }): void {
  agentUrls = question.agentUrls
  for (const { id, name, index } of question.hosts) fleet.add({ name, identity: certify(id) }, index)
}

/** By numbers over all processes, as their names have them. */
function hold({ fleet }: Playing, turns: readonly Held[]): void {
  for (const { name, faults } of fleet.hosts) {
    const { holds, fails } = turns[Number(name.slice(name.lastIndexOf('-') + 1)) % turns.length] ?? { holds: [] }
    letGo.push(...holds.map((command) => faults.hold(command)))
    if (fails) letGo.push(faults.onCall((command) => command === fails && faults.failNext(fails)))
  }
}

function release(): void {
  for (const each of letGo) each()
  letGo = []
}

function takeFences(): HeardFence[] {
  const taken = [...fences]
  fences = new Map()
  return taken
}

const guestsOf = ({ fleet }: Playing): number => sum(fleet.hosts.map((host) => host.status().domains.length))

/** Guests are counted when asked for: that takes a while where there are many hosts, and is asked for the others again and again. */
const stateOf = ({ fleet }: Playing, guests: number, heard: HeardFence[]): FleetState => ({
  hosts: fleet.hosts.length,
  connected: fleet.connected(),
  lastConnectedTo: fleet.lastConnectedTo(),
  guests,
  faults,
  fences: heard,
})

serveParent(async (question: FleetQuestion): Promise<FleetState> => {
  if (question.type === 'begin') playing = await begin(question.authority)
  if (!playing) throw new Error('the fleet has not begun')
  if (question.type === 'add') add(playing, question)
  if (question.type === 'slow') latencyMs = createLatencies(question.factor)
  if (question.type === 'follow') follow(question.schedule, playing.fleet.hosts, () => void faults++)
  if (question.type === 'hold') hold(playing, question.turns)
  if (question.type === 'letGo') release()
  const guests = question.type === 'state' ? guestsOf(playing) : 0
  return stateOf(playing, guests, question.type === 'fences' ? takeFences() : [])
})
