import type { DomainSpec, DomainStatus, HostCall, PrimaryStorageDriver } from '@basalt/contracts'
import { isLibvirtError, type LibvirtClient } from '@basalt/libvirt'
import type { BootSlots } from './boot-slots.ts'
import { domainXml, type HostProfile, type ResolvedDisk } from './domain-xml.ts'
import { ensureOff, ensureUndefined, findDomain, findOurs, isActive, isOurs, stateOf } from './domains.ts'
import { HypervisorError, isUnavailable, messageOf } from './errors.ts'
import type { GuestEvent, GuestEvents } from './guest-events.ts'
import { allowsDirectIo, type GuestFiles } from './guest-files.ts'

/** What starting a guest needs. */
export interface StartDeps {
  /** Asked at each start: what a guest with NICs needs to know of the switch is known only while that runs. */
  host: (spec: DomainSpec) => Promise<HostProfile>
  files: GuestFiles
  slots: BootSlots
  events: GuestEvents
  storage: Pick<PrimaryStorageDriver, 'locate'>
  /** A guest that gives no sign of life keeps its boot slot for this long. */
  bootTimeMs: number
}

/** libvirt waits for QEMU's monitor; a busy host takes its time. */
const START_TIMEOUT_MS = 120_000
const BOOT_ENDS: ReadonlySet<GuestEvent> = new Set(['agentConnected', 'stopped', 'crashed', 'suspended'])

/** Defines and starts a guest unless it runs. A failed start leaves neither domain nor seed. */
export async function startGuest(
  deps: StartDeps,
  client: LibvirtClient,
  spec: DomainSpec,
  call: HostCall,
): Promise<DomainStatus> {
  const running = await activeStatus(client, spec.vm)
  if (running) return running
  const release = await deps.slots.acquire(call.signal, (ahead) =>
    call.progress(0, `waiting for a boot slot, ${ahead} ahead`),
  )
  try {
    call.progress(20, 'preparing the domain')
    await define(deps, client, spec)
    call.progress(60, 'starting the domain')
    holdWhileBooting(deps, spec.vm, release)
    await create(client, spec.vm)
    call.progress(100)
    return { vm: spec.vm, state: (await currentState(client, spec.vm)) ?? 'stopped' }
  } catch (error) {
    release()
    // Nobody knows whether it runs: what follows on the control plane settles it.
    if (isUnavailable(error)) throw error
    throw startFailed(error, await cleanedUp(deps, client, spec.vm))
  }
}

async function activeStatus(client: LibvirtClient, vm: string): Promise<DomainStatus | undefined> {
  const domain = await findDomain(client, vm)
  if (domain === undefined) return undefined
  if (!(await isOurs(client, domain))) {
    const remedy = 'Remove or rename that domain on the host.'
    throw new HypervisorError('DOMAIN_START_FAILED', `A domain with the id ${vm} exists, made by someone else.`, remedy)
  }
  const state = (await stateOf(client, domain))?.state
  return state && isActive(state) ? { vm, state } : undefined
}

async function define(deps: StartDeps, client: LibvirtClient, spec: DomainSpec): Promise<void> {
  const { host, files, storage } = deps
  const disks = await Promise.all(
    spec.disks.map(async ({ volume, index, pool, layer }): Promise<ResolvedDisk> => {
      const { path, format } = await storage.locate({ pool, layer })
      return { volume, index, path, format, cache: (await allowsDirectIo(path)) ? 'none' : 'writeback' }
    }),
  )
  await files.prepare(spec)
  const paths = { seedPath: files.seedPath(spec.vm), consoleLogPath: files.consoleLogPath(spec.vm) }
  await client.domains.define(domainXml({ spec, disks, ...paths }, await host(spec)))
}

async function create(client: LibvirtClient, vm: string): Promise<void> {
  const domain = await client.domains.lookupByUuid(vm)
  try {
    await client.domains.start(domain, { timeoutMs: START_TIMEOUT_MS })
  } catch (error) {
    // Someone else was faster.
    if (isLibvirtError(error, 'LIBVIRT_OPERATION_INVALID') && (await activeStatus(client, vm))) return
    throw error
  }
}

async function currentState(client: LibvirtClient, vm: string) {
  const domain = await findOurs(client, vm)
  return domain && (await stateOf(client, domain))?.state
}

/** Gives the slot back at the guest's first sign of life: its agent speaks, it stops, or it has had its time. */
function holdWhileBooting(deps: StartDeps, vm: string, release: () => void): void {
  const finish = (): void => {
    clearTimeout(timer)
    stop()
    release()
  }
  const timer = setTimeout(finish, deps.bootTimeMs)
  timer.unref()
  const stop = deps.events.on((about, event) => {
    if (about === vm && BOOT_ENDS.has(event)) finish()
  })
}

/** What went wrong while cleaning up, if anything. */
async function cleanedUp(deps: StartDeps, client: LibvirtClient, vm: string): Promise<unknown> {
  try {
    const domain = await findOurs(client, vm)
    if (domain) {
      await ensureOff(client, domain)
      await ensureUndefined(client, domain)
    }
    await deps.files.removeAll(vm)
    return undefined
  } catch (error) {
    return error
  }
}

function startFailed(cause: unknown, leftOver: unknown): unknown {
  if (hasOwnWords(cause) && leftOver === undefined) return cause
  const rest = leftOver === undefined ? '' : ` Cleaning up failed, too: ${messageOf(leftOver)}`
  const remedy = remedyFor(messageOf(cause))
  return new HypervisorError('DOMAIN_START_FAILED', `The domain did not start: ${messageOf(cause)}${rest}`, remedy, {
    cause: leftOver === undefined ? cause : new AggregateError([cause, leftOver]),
  })
}

/** A storage driver, or whoever called the start off, says by a code of its own what happened. */
function hasOwnWords(error: unknown): boolean {
  if (!(error instanceof Error) || isLibvirtError(error)) return false
  const { code, errno } = error as NodeJS.ErrnoException
  return typeof code === 'string' && errno === undefined
}

/** The usual reasons, by libvirt's and QEMU's words. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/cannot allocate memory|set up guest memory/i, 'The host has too little free memory: start the VM on another host.'],
  [/permission denied/i, "QEMU may not open a file: check the owner and mode of the pool's directory."],
  [/failed to get "write" lock|is already in use/i, 'A disk is in use by another process: stop the guest that has it.'],
  [/no such file or directory/i, 'A file is missing: check that the storage pool is mounted on the host.'],
  [/ovs-vsctl|\bbridge\b|interface MTU/i, 'Check that Open vSwitch runs on the host and has the integration bridge.'],
  [/kvm/i, 'Check that the host runs guests with KVM, or set its virtualization to tcg.'],
]

function remedyFor(message: string): string {
  const found = REMEDIES.find(([pattern]) => pattern.test(message))
  return found?.[1] ?? "See QEMU's log of the VM in /var/log/libvirt/qemu on the host."
}
