import { type Call, type CallOptions, noArguments } from './calls.ts'
import type { ParamValues } from './typed-params.ts'
import type { XdrReader } from './xdr.ts'

/** The machine libvirt runs on (`virNodeInfo`). */
export interface HostInfo {
  /** CPU architecture, such as `x86_64`. */
  readonly model: string
  readonly memoryBytes: number
  /** Active logical CPUs. */
  readonly cpus: number
  readonly mhz: number
  readonly numaNodes: number
  readonly socketsPerNode: number
  readonly coresPerSocket: number
  readonly threadsPerCore: number
}

/** What to ask the capabilities of a kind of domain for; libvirt chooses what is left out. */
export interface DomainCapabilitiesQuery extends CallOptions {
  emulator?: string
  architecture?: string
  machine?: string
  virtType?: 'kvm' | 'qemu'
}

const ALL_CPUS = -1
const ALL_CELLS = -1
const KIBIBYTE = 1024

/** Calls about the host itself. */
export function hostCalls(call: Call) {
  return {
    /** The host's name, as libvirt knows it. */
    hostname: (options?: CallOptions) => call('connectGetHostname', noArguments, (r) => r.string(), options),

    /** The canonical URI of the connection. */
    uri: (options?: CallOptions) => call('connectGetUri', noArguments, (r) => r.string(), options),

    /** Version of the hypervisor (QEMU): major * 1 000 000 + minor * 1 000 + release. */
    hypervisorVersion: (options?: CallOptions) =>
      call('connectGetVersion', noArguments, (r) => r.uint64AsNumber(), options),

    /** Version of the libvirt daemon, counted the same way. */
    libvirtVersion: (options?: CallOptions) =>
      call('connectGetLibVersion', noArguments, (r) => r.uint64AsNumber(), options),

    /** Capabilities XML: the host's CPU, and the guests it can run. */
    capabilities: (options?: CallOptions) => call('connectGetCapabilities', noArguments, (r) => r.string(), options),

    /** Domain capabilities XML for one emulator, architecture, machine and virtualization type. */
    domainCapabilities: ({ emulator, architecture, machine, virtType, ...options }: DomainCapabilitiesQuery = {}) =>
      call(
        'connectGetDomainCapabilities',
        (w) => {
          for (const text of [emulator, architecture, machine, virtType]) w.optional(text, (value) => w.string(value))
          w.uint32(0)
        },
        (r) => r.string(),
        options,
      ),

    /** CPU topology and memory of the host. */
    info: (options?: CallOptions) => call('nodeGetInfo', noArguments, readHostInfo, options),

    /** Free memory in bytes, without what caches could give back. */
    freeMemoryBytes: (options?: CallOptions) =>
      call('nodeGetFreeMemory', noArguments, (r) => r.uint64AsNumber(), options),

    /** Memory of the whole host in KiB by name: `total`, `free`, `buffers`, `cached`. */
    memoryStatsKiB: (options?: CallOptions) => nodeStats(call, 'nodeGetMemoryStats', ALL_CELLS, options),

    /** CPU time of the whole host in nanoseconds by name: `kernel`, `user`, `idle`, `iowait`. */
    cpuStatsNanoseconds: (options?: CallOptions) => nodeStats(call, 'nodeGetCpuStats', ALL_CPUS, options),
  }
}

/** The daemon first tells how many values there are, then gives them. */
async function nodeStats(
  call: Call,
  procedure: 'nodeGetMemoryStats' | 'nodeGetCpuStats',
  which: number,
  options?: CallOptions,
): Promise<ParamValues> {
  const ask = (count: number) =>
    call(
      procedure,
      (w) =>
        procedure === 'nodeGetMemoryStats'
          ? w.int32(count).int32(which).uint32(0)
          : w.int32(which).int32(count).uint32(0),
      (r) => ({ values: r.array(() => [r.string(), r.uint64AsNumber()] as const), count: r.int32() }),
      options,
    )
  const { count } = await ask(0)
  const { values } = await ask(count)
  return Object.fromEntries(values)
}

function readHostInfo(reader: XdrReader): HostInfo {
  // `char model[32]` is an array of 32 characters, each of which XDR widens to four bytes.
  const characters = Array.from({ length: 32 }, () => reader.int32() & 0xff)
  return {
    model: Buffer.from(characters.filter((character) => character !== 0)).toString('latin1'),
    memoryBytes: reader.uint64AsNumber() * KIBIBYTE,
    cpus: reader.int32(),
    mhz: reader.int32(),
    numaNodes: reader.int32(),
    socketsPerNode: reader.int32(),
    coresPerSocket: reader.int32(),
    threadsPerCore: reader.int32(),
  }
}
