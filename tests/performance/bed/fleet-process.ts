/** A process behind `fleet.ts`. */
import { createFleet, type Fleet } from '../../../apps/simulator/src/fleet.ts'
import { createLatencies } from '../../../apps/simulator/src/latencies.ts'
import { createFleetMetrics } from '../../../apps/simulator/src/metrics.ts'
import { follow } from '../../../apps/simulator/src/schedule.ts'
import { serveParent } from '../load/child.ts'
import { type Certify, openCertifier } from './certificates.ts'
import type { FleetQuestion, FleetState } from './fleet.ts'
import { sum } from './processes.ts'

interface Playing {
  fleet: Fleet
  certify: Certify
}

let playing: Playing | undefined
let agentUrls: readonly string[] = []
let latencyMs = createLatencies(0)
let faults = 0

async function begin(authority: string): Promise<Playing> {
  return {
    fleet: createFleet({
      agentUrls: () => agentUrls,
      latencyMs: (command) => latencyMs(command),
      metrics: createFleetMetrics(),
      log: process.env.BENCH_DEBUG ? console.error : () => {},
    }),
    certify: await openCertifier(authority),
  }
}

function add({ fleet, certify }: Playing, question: FleetQuestion & { type: 'add' }): void {
  agentUrls = question.agentUrls
  for (const { id, name, index } of question.hosts) fleet.add({ name, identity: certify(id) }, index)
}

const guestsOf = ({ fleet }: Playing): number => sum(fleet.hosts.map((host) => host.status().domains.length))

/** Guests are counted when asked for: that takes a while where there are many hosts, and is asked for the others again and again. */
const stateOf = ({ fleet }: Playing, guests: number): FleetState => ({
  hosts: fleet.hosts.length,
  connected: fleet.connected(),
  lastConnectedTo: fleet.lastConnectedTo(),
  guests,
  faults,
})

serveParent(async (question: FleetQuestion): Promise<FleetState> => {
  if (question.type === 'begin') playing = await begin(question.authority)
  if (!playing) throw new Error('the fleet has not begun')
  if (question.type === 'add') add(playing, question)
  if (question.type === 'slow') latencyMs = createLatencies(question.factor)
  if (question.type === 'follow') follow(question.schedule, playing.fleet.hosts, () => void faults++)
  return stateOf(playing, question.type === 'state' ? guestsOf(playing) : 0)
})
