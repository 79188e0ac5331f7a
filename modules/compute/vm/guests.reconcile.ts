/** Guests of a host with the rows of VMs. What state a guest is in is seen by `observe-vms.ts`, as soon as it changes. */
import type { DomainStatus } from '@basalt/contracts'
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import { type Difference, type Reconciler, type Store, tombstonesOf } from '@basalt/kernel'
import type { VmRow } from './vm.resource.ts'

/** What the comparison of guests adds to that of a host. */
export type GuestComparison = Pick<Reconciler, 'again' | 'repair'> & {
  scan(host: HostRow): Promise<Difference[]>
}

const isActive = ({ state }: DomainStatus): boolean => state === 'running' || state === 'paused'

export function createGuestComparison(deps: { store: Store; agents: AgentCalls }): GuestComparison {
  const { store, agents } = deps

  /** @param vm the guest of this VM alone */
  async function compare(host: HostRow, vm?: string): Promise<Difference[]> {
    const { domains } = await driversOf(agents, host.id).hypervisor.observe(vm ? { vm } : {})
    const ids = domains.map((domain) => domain.vm)
    const rows = ids.length > 0 ? await store.all<VmRow>('vm', { id: ids }) : []
    const byId = new Map(rows.map((row) => [row.id, row]))
    const gone = await tombstonesOf(
      store,
      'vm',
      ids.filter((id) => !byId.has(id)),
    )
    return domains.flatMap((domain) => {
      const row = byId.get(domain.vm)
      return row ? misplaced(domain, row, host) : [stray(domain, gone.get(domain.vm), host)]
    })
  }

  return {
    scan: (host) => compare(host),
    async again({ code, subject }, { id }) {
      const [host] = id ? await store.all<HostRow>('host', { id }) : []
      return (host && (await compare(host, subject.id)).find((one) => one.code === code)) ?? null
    },
    async repair({ code, subject }, { id }, { context }) {
      if (!id) return ''
      const { hypervisor } = driversOf(agents, id, context)
      if (code === 'GUEST_RUNS_UNASKED') {
        await hypervisor.powerOff({ vm: subject.id })
        return 'It was powered off.'
      }
      await hypervisor.remove({ vm: subject.id })
      return 'It was removed from the host.'
    },
  }
}

/** A guest without a row. */
function stray({ vm: id, state }: DomainStatus, last: Record<string, unknown> | undefined, host: HostRow): Difference {
  const subject = { kind: 'vm', id }
  if (!last)
    return {
      code: 'GUEST_UNKNOWN',
      subject,
      what: `The guest ${id} is ${state} on the host "${host.name}", and nothing is known of it.`,
      verdict: 'report',
      remedy:
        'If another cloud ran this host, or the database was restored, decide what it is; then remove it with virsh.',
      claims: [id],
    }
  return {
    code: 'GUEST_LEFT_OVER',
    subject,
    what: `The guest of the VM "${last.name}", which was deleted, is ${state} on the host "${host.name}".`,
    verdict: 'repair',
    remedy: 'It is powered off and removed from the host.',
    claims: [id],
  }
}

/** A guest whose VM is settled elsewhere, or otherwise. What a task works on, or what failed, is not settled. */
function misplaced(domain: DomainStatus, row: VmRow, host: HostRow): Difference[] {
  const { id, name, state } = row
  if (!['running', 'stopped', 'recycled'].includes(state)) return []
  const common = { subject: { kind: 'vm', id }, claims: [id] }
  const isHere = (row.host ?? row.lastHost) === host.id
  if (!isHere && !isActive(domain))
    return [
      {
        ...common,
        code: 'GUEST_LEFT_OVER',
        what: `The host "${host.name}" has a definition of the VM "${name}", which went to another host.`,
        verdict: 'repair',
        remedy: 'It is removed from this host.',
      },
    ]
  if (!isHere)
    return [
      {
        ...common,
        code: 'GUEST_TWICE',
        what: `The VM "${name}" is ${domain.state} on the host "${host.name}", where it should not be.`,
        verdict: 'report',
        remedy:
          'Two guests of one VM may spoil its disks. Find out which is the right one; power the other off with virsh.',
      },
    ]
  if (state !== 'running' && isActive(domain))
    return [
      {
        ...common,
        code: 'GUEST_RUNS_UNASKED',
        what: `The VM "${name}" is ${state}, but its guest is ${domain.state} on the host "${host.name}".`,
        verdict: 'repair',
        remedy: 'It is powered off: its room may be given to others.',
      },
    ]
  if (domain.state !== 'paused') return []
  return [
    {
      ...common,
      code: 'GUEST_PAUSED',
      what: `The guest of the VM "${name}" is paused on the host "${host.name}", as when its disk is full.`,
      verdict: 'report',
      remedy: 'Give its storage pool room, then resume it with virsh, or power it off and start it.',
    },
  ]
}
