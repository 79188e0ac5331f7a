import { bySaga, conflict, type Ending, fencedWriter, implement, type Store } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { abandonHost } from './abandon-host.saga.ts'
import type { HostDeps, LostHostDuty } from './host.deps.ts'
import { type HostRow, host } from './host.resource.ts'
import type { AgentCalls } from './hosts.ts'
import type { Presence } from './presence.ts'
import { recoverHost } from './recover-host.saga.ts'

/** What a host is before its agent has told. */
const UNKNOWN_HOST = {
  enabled: true,
  hostname: '',
  chassis: '',
  tunnelAddress: '',
  virtualization: 'unknown',
  virtualizationReason: '',
  cpuModel: '',
  cpuCount: 0,
  memoryBytes: 0,
  vcpuCapacity: 0,
  memoryCapacityBytes: 0,
  vcpusReserved: 0,
  memoryReservedBytes: 0,
  agentVersion: '',
  node: '',
  versions: {},
}

export interface HostOptions {
  store: Store
  agents: AgentCalls
  presence: Presence
  duties: readonly LostHostDuty[]
}

const isHere = (name: string) =>
  conflict(
    'HOST_CONNECTED',
    `The agent of the host "${name}" is connected.`,
    'Only a host that is lost can be abandoned. Delete its VMs, stop its agent, then delete it.',
  )

export const hostSlice = ({ agents, duties }: HostOptions) =>
  implement(host, {
    create: { short: async () => ({ set: UNKNOWN_HOST }) },
    enable: { short: async () => ({ set: { enabled: true } }) },
    disable: { short: async () => ({ set: { enabled: false } }) },
    recover: bySaga(recoverHost, async ({ id, row }) => ({
      input: {},
      ids: { host: id },
      operations: [{ op: 'require', kind: 'host', id, states: [row.state] }],
    })),
    abandon: bySaga(abandonHost, async ({ id, row }) => {
      if (agents.connected(id)) throw isHere(row.name)
      const claims = (await Promise.all(duties.map((duty) => duty.affected(id)))).flat()
      return { input: {}, ids: { host: id }, claims }
    }),
  })

export function bindHosts({ store, agents, presence, duties }: HostOptions, context: StepContext): HostDeps {
  async function load(id: string): Promise<HostRow> {
    const [row] = await store.all<HostRow>('host', { id })
    if (!row) throw conflict('HOST_GONE', `The host ${id} is gone.`, 'Nothing is left to do.')
    return row
  }
  return {
    recovery: {
      async recover(id): Promise<Ending> {
        const row = await load(id)
        if (await presence.refresh(id, context))
          return {
            end: 'up',
            message: 'Its agent is connected; what it tells was taken over, and its pools were opened.',
          }
        if (row.state === 'registering')
          return { end: 'registering', message: 'Its agent was never here: issue a token and register it.' }
        return {
          end: 'down',
          message: 'Its agent is not connected: start it. If the host is lost for ever, abandon it.',
        }
      },
    },
    loss: {
      async confirm(id) {
        const { name } = await load(id)
        if (agents.connected(id)) throw isHere(name)
      },
      async giveUp(id) {
        const row = await load(id)
        const behalf = { writer: fencedWriter(store, context), context }
        const words: string[] = []
        for (const duty of duties) words.push(await duty.giveUp(row, behalf))
        return words.filter(Boolean).join(' ') || 'Nothing was on it.'
      },
    },
  }
}
