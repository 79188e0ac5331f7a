import type { Call, CallOptions } from './calls.ts'
import { type DomainRef, readDomain, writeDomain } from './domain-ref.ts'
import { flagsOf } from './flags.ts'
import { type ParamValues, readParams } from './typed-params.ts'

/** Groups of statistics (`virDomainStatsTypes`). */
const GROUP_BITS = {
  ...{ state: 1, cpu: 2, balloon: 4, vcpu: 8, interface: 16, block: 32, perf: 64, iothread: 128, memory: 256 },
  ...{ dirtyRate: 512, vm: 1024 },
}

/** A group of statistics. */
export type StatsGroup = keyof typeof GROUP_BITS

/** Which statistics of which domains. */
export interface StatsQuery extends CallOptions {
  /** All domains by default. */
  domains?: readonly DomainRef[]
  /** All groups by default. */
  groups?: readonly StatsGroup[]
  /** Only running domains. */
  active?: boolean
  /** Leaves out what a domain busy with another job could give only later, instead of waiting for it. */
  noWait?: boolean
  /** Block statistics of backing files, too. */
  backing?: boolean
}

/** Statistics of one domain. */
export interface DomainStats {
  readonly domain: DomainRef
  /** By libvirt's names, such as `cpu.time` (ns), `balloon.current` (KiB), `net.0.rx.bytes`, `block.0.wr.reqs`. */
  readonly values: ParamValues
}

const FILTER_BITS = { active: 1, noWait: 1 << 29, backing: 1 << 30 }

/** Calls that read statistics. */
export function statsCalls(call: Call) {
  return {
    /** Statistics of many domains in one call. */
    all: ({ domains = [], groups = [], timeoutMs, ...filter }: StatsQuery = {}): Promise<DomainStats[]> =>
      call(
        'connectGetAllDomainStats',
        (w) => {
          w.array(domains, (domain) => writeDomain(w, domain))
          w.uint32(flagsOf(GROUP_BITS, Object.fromEntries(groups.map((group) => [group, true]))))
          w.uint32(flagsOf(FILTER_BITS, filter))
        },
        (r) => r.array(() => ({ domain: readDomain(r), values: readParams(r) })),
        { timeoutMs },
      ),
  }
}
