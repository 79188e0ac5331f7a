import type { DomainStatus, HypervisorHost } from '@basalt/contracts'
import type { DomainRef, LibvirtClient } from '@basalt/libvirt'
import type { Changes } from './changes.ts'
import { ensureOff, ensureUndefined, findOurs, listOurs, stateOf } from './domains.ts'
import { HypervisorError, notFound, translated } from './errors.ts'
import { guestAddresses, restartGuest } from './guest.ts'
import type { Link } from './link.ts'
import { checkId, checkSpec } from './parameters.ts'
import type { PendingStarts } from './pending-starts.ts'
import { shutDownGuest } from './shutdown.ts'
import { type StartDeps, startGuest } from './start.ts'

/** What the commands work with. */
export interface CommandDeps extends StartDeps {
  link: Link
  changes: Changes
  pendingStarts: PendingStarts
}

/** The driver's commands; errors that leave them are the driver's own or the storage driver's. */
export function createCommands(deps: CommandDeps): HypervisorHost {
  const { link, changes, pendingStarts, files } = deps
  const commanded = <T extends DomainStatus | undefined>(vm: string, work: (client: LibvirtClient) => Promise<T>) =>
    inOwnTerms(() => changes.commanded(checkId(vm), async () => work(await link.client())))

  return {
    start: ({ domain }, call) =>
      inOwnTerms(async () => {
        const spec = checkSpec(domain)
        return pendingStarts.run(spec.vm, call.signal, (signal) =>
          commanded(spec.vm, (client) => startGuest(deps, client, spec, { ...call, signal })),
        )
      }),

    shutdown: (request, { signal }) =>
      commanded(request.vm, (client) => shutDownGuest(deps.events, client, request, signal)),

    powerOff: ({ vm }) =>
      commanded(vm, async (client) => {
        await powerOff(deps, client, vm)
        return { vm, state: 'stopped' }
      }),

    reboot: ({ vm, mode }) =>
      commanded(vm, async (client) => {
        const domain = await requireOurs(client, vm)
        await restartGuest(client, domain, mode)
        return { vm, state: (await stateOf(client, domain))?.state ?? 'stopped' }
      }),

    async remove({ vm }) {
      await commanded(vm, async (client) => {
        const domain = await powerOff(deps, client, vm)
        if (domain) await ensureUndefined(client, domain)
        await files.removeAll(vm)
        return undefined
      })
      return {}
    },

    observe: ({ vm }) =>
      inOwnTerms(async () => {
        const client = await link.client()
        if (vm === undefined) return { domains: await listOurs(client) }
        const domain = await findOurs(client, checkId(vm))
        const found = domain && (await stateOf(client, domain))
        return { domains: found ? [{ vm, state: found.state }] : [] }
      }),

    consoleLog: ({ vm, maxBytes }) =>
      inOwnTerms(async () => {
        await requireOurs(await link.client(), checkId(vm))
        return files.readConsole(vm, maxBytes)
      }),

    guestAddresses: ({ vm }) =>
      inOwnTerms(async () => {
        const client = await link.client()
        return guestAddresses(client, await requireOurs(client, checkId(vm)))
      }),
  }
}

/** The domain of ours. @throws HypervisorError DOMAIN_NOT_FOUND */
export async function requireOurs(client: LibvirtClient, vm: string): Promise<DomainRef> {
  const domain = await findOurs(client, vm)
  if (domain === undefined) throw notFound(vm)
  return domain
}

/** Runs `work`; what libvirt throws comes out as this driver's error. */
export async function inOwnTerms<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translated(error)
  }
}

async function powerOff(deps: CommandDeps, client: LibvirtClient, vm: string): Promise<DomainRef | undefined> {
  const message = `The start of VM ${vm} was called off by a later command.`
  await deps.pendingStarts.callOff(vm, new HypervisorError('DOMAIN_START_FAILED', message, 'Start the VM again.'))
  const domain = await findOurs(client, vm)
  if (domain) await ensureOff(client, domain)
  return domain
}
