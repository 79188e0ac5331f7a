/**
 * Which addresses and keys of a network are free. Those who choose at the same time look once, together, in a large network also those who
 * come a little later, and nobody is given what another was promised. Of several nodes each begins with addresses of its own; the unique
 * indexes decide between them.
 */
import { randomInt } from 'node:crypto'
import { createBatched, createKept, type Look, type Store, type Turn } from '@basalt/kernel'
import { freeAddresses } from '../network/addresses.ts'
import type { NetworkRow } from '../network/network.resource.ts'

const MAX_PORT_KEY = 32_767
/** Half a second for ten thousand. */
const NICS_PER_MS = 20

interface Promised {
  address: string
  tunnelKey: number
}

/** What those who looked together choose from. */
export interface Choice {
  /** The address that this NIC has already, from a former try. */
  addressOf(nic: string): string | undefined
  isTaken(address: string): boolean
  /** NICs that were looked at. */
  size: number
  /** The lowest free one of those that are this node's turn, else of all; null when there is none. */
  nextFree(network: NetworkRow): string | null
  /** Holds the address, and a free key with it, for whoever looks until `settled` is called; null when no key is left. */
  promise(address: string): { tunnelKey: number; settled(): void } | null
}

export interface Choices {
  /** @param anew when a former look may be what stood in the way */
  of(network: string, anew?: boolean): Promise<Look<Choice>>
}

interface Taken {
  id: string
  network: string
  address: string
  tunnelKey: number
}

const SQL = 'select id, network, address, tunnel_key as "tunnelKey" from nic where network = any($1::uuid[])'

function freeKey(keys: ReadonlySet<number>): number | null {
  if (keys.size >= MAX_PORT_KEY) return null
  for (let key = randomInt(1, MAX_PORT_KEY + 1); ; key = (key % MAX_PORT_KEY) + 1) if (!keys.has(key)) return key
}

/** To be shared by all of a node that make NICs. @param turn the node's, as now */
export function createChoices(store: Pick<Store, 'database'>, turn: () => Turn): Choices {
  const promises = new Map<string, Set<Promised>>()

  function promisesOf(network: string): Set<Promised> {
    const known = promises.get(network) ?? new Set<Promised>()
    promises.set(network, known)
    return known
  }

  function choiceOf(network: string, rows: readonly Taken[], promised: readonly Promised[]): Choice {
    const addresses = new Set([...rows, ...promised].map(({ address }) => address))
    const keys = new Set([...rows, ...promised].map(({ tunnelKey }) => tunnelKey))
    const mine = new Map(rows.map(({ id, address }) => [id, address]))
    let free: Generator<string> | null = null
    return {
      size: rows.length,
      addressOf: (nic) => mine.get(nic),
      isTaken: (address) => addresses.has(address),
      nextFree(row) {
        free ??= freeAddresses(row, addresses, turn())
        return free.next().value ?? null
      },
      promise(address) {
        const tunnelKey = freeKey(keys)
        if (tunnelKey === null) return null
        addresses.add(address)
        keys.add(tunnelKey)
        const own = { address, tunnelKey }
        promisesOf(network).add(own)
        return {
          tunnelKey,
          settled() {
            const left = promises.get(network)
            left?.delete(own)
            if (left?.size === 0) promises.delete(network)
          },
        }
      },
    }
  }

  const look = createBatched<Choice>(async (networks) => {
    // What is promised now may be written, and no promise any more, by the time the rows are here, or be promised meanwhile.
    const before = new Map(networks.map((network) => [network, [...(promises.get(network) ?? [])]]))
    const rows = await store.database.query<Taken & Record<string, unknown>>(SQL, [networks])
    return new Map(
      networks.map((network) => {
        const promised = [...(before.get(network) ?? []), ...(promises.get(network) ?? [])]
        const own = rows.filter((row) => row.network === network)
        return [network, choiceOf(network, own, promised)]
      }),
    )
  })
  return { of: createKept(look, ({ size }) => Math.floor(size / NICS_PER_MS)) }
}
