/** A VM as a guest of its host, on behalf of a saga's step. */
import type { DomainSpec } from '@basalt/contracts'
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import { conflict, type Store } from '@basalt/kernel'
import type { NetworkRow, Nics } from '@basalt/network'
import type { StepContext } from '@basalt/saga'
import type { Volumes } from '@basalt/storage'
import type { VmRow } from './vm.resource.ts'

export type ReportProgress = (percent: number, message?: string) => void

export interface Guests {
  start(vm: string, progress: ReportProgress): Promise<void>
  shutdown(vm: string, request: { mode: 'auto' | 'acpi' | 'agent'; timeoutMs: number }): Promise<void>
  powerOff(vm: string): Promise<void>
  reboot(vm: string, mode: 'guest' | 'reset'): Promise<void>
  /** Gone from its host afterwards; a VM that is on no host is gone already. */
  remove(vm: string): Promise<void>
  /** Leave nothing on a host where it ran before. */
  leave(vm: string, host: string): Promise<void>
}

const START_TIMEOUT_MS = 600_000
const SLACK_MS = 30_000

export function createGuests(deps: {
  store: Store
  agents: AgentCalls
  context: StepContext
  nics: Nics
  volumes: Volumes
}): Guests {
  const { store, agents, context, nics, volumes } = deps

  async function load(id: string): Promise<VmRow> {
    const [row] = await store.all<VmRow>('vm', { id })
    if (!row) throw conflict('VM_GONE', `The VM ${id} is gone.`, 'Nothing is left to do.')
    return row
  }

  function hypervisorOf(vm: VmRow) {
    if (!vm.host) throw conflict('VM_ON_NO_HOST', `The VM "${vm.name}" is on no host.`, 'Start it first.')
    return driversOf(agents, vm.host, context).hypervisor
  }

  const isHost = async (id: string): Promise<boolean> => (await store.all('host', { id })).length > 0

  async function specOf(vm: VmRow): Promise<DomainSpec> {
    const rows = await nics.of(vm.id)
    const networks = await Promise.all(rows.map(({ network }) => store.all<NetworkRow>('network', { id: network })))
    return {
      vm: vm.id,
      title: vm.name,
      hostname: vm.hostname,
      vcpus: vm.vcpus,
      memoryBytes: vm.memoryBytes,
      disks: await volumes.disksOf(vm.id),
      nics: rows.map(({ id, mac }, index) => ({ nic: id, mac, mtu: networks[index]?.[0]?.mtu ?? 1400 })),
      ...(vm.userData ? { userData: vm.userData } : {}),
    }
  }

  return {
    async start(id, progress) {
      const vm = await load(id)
      await hypervisorOf(vm).start({ domain: await specOf(vm) }, { timeoutMs: START_TIMEOUT_MS, onProgress: progress })
    },
    async shutdown(id, { mode, timeoutMs }) {
      const vm = await load(id)
      await hypervisorOf(vm).shutdown({ vm: id, mode, timeoutMs }, { timeoutMs: timeoutMs + SLACK_MS })
    },
    async powerOff(id) {
      const { host, lastHost } = await load(id)
      // A VM whose start could not be taken back has no room any more, but may still run where it was.
      const at = host ?? lastHost
      // A host that was removed from the cloud took with it what was on it.
      if (at && (await isHost(at))) await driversOf(agents, at, context).hypervisor.powerOff({ vm: id })
    },
    async reboot(id, mode) {
      await hypervisorOf(await load(id)).reboot({ vm: id, mode })
    },
    async remove(id) {
      const vm = await load(id)
      const host = vm.host ?? vm.lastHost
      // A host that was removed from the cloud took with it what was on it.
      if (host && (await isHost(host))) await driversOf(agents, host, context).hypervisor.remove({ vm: id })
    },
    async leave(id, host) {
      // A host that is away has nothing of it but a definition that never runs.
      if (agents.connected(host)) await driversOf(agents, host, context).hypervisor.remove({ vm: id })
    },
  }
}
