import { type Call, type CallOptions, noResult } from './calls.ts'
import { type DomainRef, writeDomain } from './domain-ref.ts'

/** Where libvirt takes a guest's addresses from (`virDomainInterfaceAddressesSource`). */
const ADDRESS_SOURCES = { lease: 0, agent: 1, arp: 2 }

/** Addresses of one of a guest's NICs. */
export interface InterfaceAddresses {
  /** Name inside the guest (from its agent), or of the tap device. */
  readonly name: string
  readonly mac: string | undefined
  readonly addresses: readonly { readonly family: 'ipv4' | 'ipv6'; readonly address: string; readonly prefix: number }[]
}

/** How to talk to the guest agent. */
export interface AgentOptions extends CallOptions {
  /** Seconds libvirt waits for the agent's answer. Default 5. Keep it below the call's deadline. */
  agentTimeoutSeconds?: number
}

/** Calls into the guest, most of them through the QEMU guest agent. */
export function guestCalls(call: Call) {
  return {
    /** The guest's addresses: from libvirt's DHCP leases, the guest's agent, or the host's ARP table. */
    addresses: (
      domain: DomainRef,
      source: keyof typeof ADDRESS_SOURCES,
      options?: CallOptions,
    ): Promise<InterfaceAddresses[]> =>
      call(
        'domainInterfaceAddresses',
        (w) => writeDomain(w, domain).uint32(ADDRESS_SOURCES[source]).uint32(0),
        (r) =>
          r.array(() => ({
            name: r.string(),
            mac: r.optional(() => r.string()),
            addresses: r.array(() => ({
              family: r.int32() === 0 ? ('ipv4' as const) : ('ipv6' as const),
              address: r.string(),
              prefix: r.uint32(),
            })),
          })),
        options,
      ),

    /**
     * Sends a command to the guest agent and gives its `return` value. The answer is the guest's: not to be trusted.
     * Fails with `LIBVIRT_AGENT_UNRESPONSIVE` when no agent answers.
     */
    agentCommand: async (
      domain: DomainRef,
      command: { execute: string; arguments?: Record<string, unknown> },
      { agentTimeoutSeconds = 5, ...options }: AgentOptions = {},
    ): Promise<unknown> => {
      const answer = await call(
        'qemuDomainAgentCommand',
        (w) => writeDomain(w, domain).string(JSON.stringify(command)).int32(agentTimeoutSeconds).uint32(0),
        (r) => r.optional(() => r.string()),
        options,
      )
      return answer === undefined ? undefined : (JSON.parse(answer) as { return?: unknown }).return
    },

    /** Sets a user's password through the agent; `encrypted` when it is a crypt(3) hash already. */
    setPassword: (
      domain: DomainRef,
      user: string,
      password: string,
      { encrypted, ...options }: { encrypted?: boolean } & CallOptions = {},
    ) =>
      call(
        'domainSetUserPassword',
        (w) =>
          writeDomain(w, domain)
            .optional(user, (value) => w.string(value))
            .optional(password, (value) => w.string(value))
            .uint32(encrypted ? 1 : 0),
        noResult,
        options,
      ),

    /** Freezes the guest's file systems (all of them, unless some mount points are given); gives how many. */
    freezeFileSystems: (domain: DomainRef, mountPoints: readonly string[] = [], options?: CallOptions) =>
      fileSystemsCall(call, 'domainFsFreeze', domain, mountPoints, options),

    /** Thaws the guest's file systems; gives how many. */
    thawFileSystems: (domain: DomainRef, mountPoints: readonly string[] = [], options?: CallOptions) =>
      fileSystemsCall(call, 'domainFsThaw', domain, mountPoints, options),
  }
}

function fileSystemsCall(
  call: Call,
  procedure: 'domainFsFreeze' | 'domainFsThaw',
  domain: DomainRef,
  mountPoints: readonly string[],
  options?: CallOptions,
): Promise<number> {
  return call(
    procedure,
    (w) =>
      writeDomain(w, domain)
        .array(mountPoints, (path) => w.string(path))
        .uint32(0),
    (r) => r.int32(),
    options,
  )
}
