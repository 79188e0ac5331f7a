/** The process behind `fleet.ts`. One key does for all hosts; each has a certificate of its own, as the control plane knows it by. */
import { type Authority, createSigningRequest, type Identity, openAuthority, type SigningRequest } from '@basalt/pki'
import { createFleet, type Fleet } from '../../../apps/simulator/src/fleet.ts'
import { createLatencies } from '../../../apps/simulator/src/latencies.ts'
import { createFleetMetrics } from '../../../apps/simulator/src/metrics.ts'
import { follow } from '../../../apps/simulator/src/schedule.ts'
import { serveParent } from '../load/child.ts'
import type { FleetHost, FleetQuestion, FleetState } from './fleet.ts'
import { sum } from './processes.ts'

interface Playing {
  fleet: Fleet
  authority: Authority
  request: SigningRequest
}

let playing: Playing | undefined
let faults = 0

async function begin({ agentUrl, authority, latencyFactor }: FleetQuestion & { type: 'begin' }): Promise<Playing> {
  return {
    fleet: createFleet({
      agentUrls: [agentUrl],
      latencyMs: createLatencies(latencyFactor),
      metrics: createFleetMetrics(),
      log: process.env.BENCH_DEBUG ? console.error : () => {},
    }),
    authority: await openAuthority({ directory: authority }),
    request: await createSigningRequest(),
  }
}

async function identityOf({ authority, request }: Playing, hostId: string): Promise<Identity> {
  const { csrPem, keyPem } = request
  const { certificatePem } = await authority.issueHostCertificate({ csrPem, hostId })
  return { keyPem, certificatePem, caPem: authority.certificatePem }
}

async function add(into: Playing, hosts: readonly FleetHost[]): Promise<void> {
  for (const { id, name, index } of hosts) into.fleet.add({ name, identity: await identityOf(into, id) }, index)
}

const guestsOf = ({ fleet }: Playing): number => sum(fleet.hosts.map((host) => host.status().domains.length))

/** Guests are counted when asked for: that takes a while where there are many hosts, and is asked for the others again and again. */
const stateOf = (playing: Playing, guests: number): FleetState => ({
  hosts: playing.fleet.hosts.length,
  connected: playing.fleet.connected(),
  guests,
  faults,
})

serveParent(async (question: FleetQuestion): Promise<FleetState> => {
  if (question.type === 'begin') playing = await begin(question)
  if (!playing) throw new Error('the fleet has not begun')
  if (question.type === 'add') await add(playing, question.hosts)
  if (question.type === 'follow') follow(question.schedule, playing.fleet.hosts, () => void faults++)
  return stateOf(playing, question.type === 'state' ? guestsOf(playing) : 0)
})
