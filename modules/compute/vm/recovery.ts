/** What there is of a VM, and how it is brought to a state that is true. Each method stands being repeated. */
import type { DomainState } from '@basalt/contracts'
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import type { Ending, FencedWriter, Store } from '@basalt/kernel'
import { conflict } from '@basalt/kernel'
import type { Nics } from '@basalt/network'
import type { StepContext } from '@basalt/saga'
import type { DiskSight, Volumes } from '@basalt/storage'
import type { Placement } from '../placement/placement.ts'
import type { Guests } from './guests.ts'
import type { VmRow } from './vm.resource.ts'

/** What was seen of a VM. A type, so that it counts as JSON. */
export type Sight = {
  /** Where it is or was; null when that is no host any more. */
  host: { id: string; name: string; chassis: string; away: boolean } | null
  /** The guest there; null when there is none, or the host is away. */
  guest: DomainState | null
  disks: DiskSight[]
}

/** A guest that is there. */
type Seen = Sight & { host: NonNullable<Sight['host']> }

export interface Recovery {
  look(vm: string): Promise<Sight>
  mend(vm: string, from: string, sight: Sight): Promise<Ending>
}

export interface RecoveryDeps {
  store: Store
  agents: AgentCalls
  writer: FencedWriter
  context: StepContext
  nics: Nics
  volumes: Volumes
  guests: Guests
  placement: Placement
}

export function createRecovery(deps: RecoveryDeps): Recovery {
  const { store, agents, writer, context, nics, volumes, guests, placement } = deps

  async function load(id: string): Promise<VmRow> {
    const [row] = await store.all<VmRow>('vm', { id })
    if (!row) throw conflict('VM_GONE', `The VM ${id} is gone.`, 'Nothing is left to do.')
    return row
  }

  async function clearAway(id: string): Promise<Ending> {
    await guests.remove(id)
    await nics.unplug(id)
    for (const volume of await volumes.of(id)) await volumes.destroy(volume.id)
    await nics.release(id)
    await placement.release(id)
    return { end: 'deleted', message: 'It was half deleted; the rest of it is gone now.' }
  }

  /** Nothing can be started from it. What it is not any more is given back; its addresses go when it is deleted. */
  async function incomplete(id: string, { disks, guest }: Sight): Promise<Ending> {
    const missing = disks.filter(({ at }) => at === 'missing').map(({ name }) => `"${name}"`)
    const runs = guest === 'running' || guest === 'paused'
    if (missing.length > 0 && runs)
      return failed({
        code: 'DISK_MISSING',
        message: `Its guest runs, but ${missing.join(', ')} has no file any more.`,
        remedy: 'Save its data from within, then delete the VM.',
      })
    await guests.remove(id)
    await nics.unplug(id)
    await leaveHost(id)
    return missing.length > 0
      ? failed({
          code: 'DISK_MISSING',
          message: `Its disk ${missing.join(', ')} is not on its storage pool.`,
          remedy: 'Bring its file back and recover the VM again, or delete the VM.',
        })
      : failed({
          code: 'VM_INCOMPLETE',
          message: 'It has no disk; it was never made to the end.',
          remedy: 'Delete it, and create it anew.',
        })
  }

  async function leaveHost(id: string): Promise<void> {
    await placement.release(id)
    await writer.commit([{ op: 'update', kind: 'vm', id, set: { host: null } }])
  }

  /** Where it is or was; where that is no host any more, the one that has its disks. */
  async function hostOf(vm: VmRow, disks: readonly DiskSight[]): Promise<HostRow | undefined> {
    for (const id of [vm.host, vm.lastHost, ...disks.map(({ host }) => host)]) {
      const [row] = id ? await store.all<HostRow>('host', { id }) : []
      if (row) return row
    }
    return undefined
  }

  async function asRunning(vm: VmRow, { host, guest, disks }: Seen): Promise<Ending> {
    await volumes.takeBack(disks)
    await placement.occupy(vm, host.id)
    await nics.plug(vm.id, vm.hostname, host.chassis)
    const how = guest === 'paused' ? 'is there, but paused' : 'runs'
    return {
      end: 'running',
      message: `Its guest ${how} on the host "${host.name}"; room and ports are as it needs them.`,
    }
  }

  async function asStopped(vm: VmRow, { host, disks }: Sight): Promise<Ending> {
    const moved = await volumes.takeBack(disks)
    const at = disks.find(({ host: where }) => where)?.host
    await leaveHost(vm.id)
    if (at && at !== host?.id) await writer.commit([{ op: 'update', kind: 'vm', id: vm.id, set: { lastHost: at } }])
    await nics.plug(vm.id, vm.hostname, null)
    const found = moved > 0 ? ' Its disks were found on a host and taken back.' : ' Its disks are there.'
    return { end: 'stopped', message: `It does not run.${found}` }
  }

  /** As far as one can tell without the host. */
  function unseen(from: string, where: string): Ending {
    if (from === 'running' || from === 'stopped')
      return { end: from, message: `${where} is away, so nothing could be seen; nothing was changed.` }
    return failed({
      code: 'HOST_AWAY',
      message: `${where} is away, so nobody knows what there is of the VM.`,
      remedy: 'Recover it again when the host is back; if it is lost for ever, an operator abandons it.',
    })
  }

  return {
    async look(id) {
      const vm = await load(id)
      const disks = await volumes.look(id)
      const row = await hostOf(vm, disks)
      if (!row) return { host: null, guest: null, disks }
      const host = { id: row.id, name: row.name, chassis: row.chassis, away: !agents.connected(row.id) }
      if (host.away) return { host, guest: null, disks }
      const { domains } = await driversOf(agents, row.id, context).hypervisor.observe({ vm: id })
      return { host, guest: domains[0]?.state ?? null, disks }
    },
    async mend(id, from, sight) {
      const vm = await load(id)
      const { host, guest, disks } = sight
      if (host?.away) return unseen(from, `Its host "${host.name}"`)
      if (from === 'deleting') return clearAway(id)
      if (disks.some(({ at }) => at === 'away')) return unseen(from, 'The host with its disks')
      if (disks.length === 0 || disks.some(({ at }) => at === 'missing')) return incomplete(id, sight)
      if (host && (guest === 'running' || guest === 'paused')) return asRunning(vm, { host, guest, disks })
      return asStopped(vm, sight)
    },
  }
}

const failed = (cause: { code: string; message: string; remedy: string }): Ending => ({
  end: 'failed',
  message: `${cause.message} ${cause.remedy}`,
  cause,
})
