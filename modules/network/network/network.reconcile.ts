/** Switches and ports of a fabric with the rows of networks and NICs. */
import type { NetworkDifference, NetworkDriver, NetworkInventory, PortSpec } from '@basalt/contracts'
import type { FabricRow, Fabrics } from '@basalt/infrastructure'
import { conflict, type Difference, derivedId, type Reconciler, type Store, tombstonesOf } from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import type { NetworkRow } from './network.resource.ts'
import { specOf } from './switches.ts'

/** A NIC with what of its VM and host its port depends on. */
interface PortRow {
  id: string
  network: string
  mac: string
  address: string
  tunnelKey: number
  vm: string | null
  vmName: string | null
  state: string | null
  hostname: string | null
  chassis: string | null
}

/** What the rows want of a fabric, and whom the ports belong to. */
interface Wanted extends NetworkInventory {
  titles: ReadonlyMap<string, string>
  owners: ReadonlyMap<string, { vm: string; vmName: string }>
}

const PORTS = `
  select n.id, n.network, n.mac, n.address, n.tunnel_key as "tunnelKey", v.id as vm, v.name as "vmName", v.state, v.hostname, h.chassis
    from nic n join network w on w.id = n.network left join vm v on v.id = n.vm left join host h on h.id = v.host
   where w.fabric = $1 and w.state = 'ready' and v.state in ('running', 'stopped', 'recycled') and ($2::uuid[] is null or n.id = any($2::uuid[]))`

const portOf = ({ id, network, mac, address, tunnelKey, hostname, state, chassis }: PortRow): PortSpec => ({
  port: id,
  network,
  mac,
  address,
  hostname: hostname ?? '',
  tunnelKey,
  chassis: state === 'running' ? chassis : null,
})

/** Order in which differences are mended: a switch before its ports, and after them when it goes. */
const ORDER = ['SWITCH_MISSING', 'SWITCH_CHANGED', 'PORT_LEFT_OVER', 'PORT_MISSING', 'PORT_CHANGED', 'SWITCH_LEFT_OVER']

const FOREIGN =
  'If another control plane uses the same northbound database, give each its own. Else remove it with ovn-nbctl.'

export function networkReconciler(deps: { store: Store; fabrics: Fabrics }): Reconciler {
  const { store, fabrics } = deps

  /** Only what is settled: what a task works on is its business. */
  async function wantedOf(fabric: string, only?: readonly string[]): Promise<Wanted> {
    const settled = { fabric, state: 'ready', ...(only ? { id: only } : {}) }
    const networks = await store.all<NetworkRow>('network', settled)
    const ports = await store.database.query<PortRow & Record<string, unknown>>(PORTS, [fabric, only ?? null])
    return {
      networks: networks.map(specOf),
      ports: ports.map(portOf),
      titles: new Map(networks.map(({ id, name }) => [id, name])),
      owners: new Map(ports.map(({ id, vm, vmName }) => [id, { vm: vm ?? '', vmName: vmName ?? '' }])),
    }
  }

  async function compare(fabric: string, only?: readonly string[]): Promise<Difference[]> {
    const driver = await fabrics.driver(fabric)
    const wanted = await wantedOf(fabric, only?.filter(isUuid))
    const told = await driver.compare(wanted, only && new Set(only))
    const differing = told.flatMap((one) => (one.drift === 'unwanted' ? [] : [differs(one, wanted)]))
    return [...differing, ...(await unwanted(told))].sort((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code))
  }

  function differs({ kind, id, drift, detail }: NetworkDifference, { titles, owners }: Wanted): Difference {
    const code = `${kind === 'network' ? 'SWITCH' : 'PORT'}_${drift === 'missing' ? 'MISSING' : 'CHANGED'}`
    const owner = owners.get(id)
    const name = kind === 'network' ? `The switch of the network "${titles.get(id)}"` : `A port of "${owner?.vmName}"`
    return {
      code,
      subject: { kind: kind === 'network' ? 'network' : 'nic', id },
      what: `${name} ${detail}.`,
      verdict: 'repair',
      remedy: 'It is made as its row says.',
      claims: kind === 'network' ? [id] : [owner?.vm ?? id, id],
    }
  }

  /** What nobody asked for: left by something that is gone, or not ours. What has a row is not settled. */
  async function unwanted(told: readonly NetworkDifference[]): Promise<Difference[]> {
    const found = told.filter(({ drift }) => drift === 'unwanted')
    const ids = (kind: NetworkDifference['kind']) => found.filter((one) => one.kind === kind).map(({ id }) => id)
    const [networks, ports] = [ids('network'), ids('port')]
    const [networkRows, nicRows, goneNetworks, goneNics] = await Promise.all([
      known('network', networks),
      known('nic', ports),
      tombstonesOf(store, 'network', networks),
      tombstonesOf(store, 'nic', ports),
    ])
    const gone = new Map([...goneNetworks, ...goneNics])
    return found.flatMap(({ kind, id, detail }): Difference[] => {
      if (networkRows.has(id) || nicRows.has(id)) return []
      const what = kind === 'network' ? 'SWITCH' : 'PORT'
      const common = {
        subject: { kind: kind === 'network' ? 'network' : 'nic', id: isUuid(id) ? id : derivedId('name', id) },
        key: id,
      }
      const last = gone.get(id)
      if (!last)
        return [
          {
            ...common,
            code: `${what}_UNKNOWN`,
            what: `A ${what.toLowerCase()} with the name ${id} ${detail}, and nothing is known of it.`,
            verdict: 'report',
            remedy: FOREIGN,
            claims: [],
          },
        ]
      return [
        {
          ...common,
          code: `${what}_LEFT_OVER`,
          what: `The ${what.toLowerCase()} ${id} of "${last.name}" ${detail}, which was deleted.`,
          verdict: 'repair',
          remedy: 'It is removed.',
          claims: [...(typeof last.vm === 'string' ? [last.vm] : []), id],
        },
      ]
    })
  }

  async function known(kind: string, ids: readonly string[]): Promise<Set<string>> {
    const asked = ids.filter(isUuid)
    const rows = asked.length > 0 ? await store.all<{ id: string }>(kind, { id: asked }) : []
    return new Set(rows.map(({ id }) => id))
  }

  async function mend(driver: NetworkDriver, { code, key = '', subject }: Difference, fabric: string): Promise<string> {
    const { networks, ports } = await wantedOf(fabric, [subject.id])
    const [network] = networks
    const [port] = ports
    switch (code) {
      case 'SWITCH_LEFT_OVER':
        await driver.removeNetwork(key, fabrics.fence)
        return 'It was removed.'
      case 'PORT_LEFT_OVER':
        await driver.removePort(key, fabrics.fence)
        return 'It was removed.'
      default:
        if (network) await driver.ensureNetwork(network, fabrics.fence)
        else if (port) await driver.ensurePort(port, fabrics.fence)
        return 'It was made as its row says.'
    }
  }

  return {
    name: 'network',
    doc: 'Switches, ports and DHCP options of each fabric with networks and NICs.',
    places: async () =>
      (await store.all<FabricRow & { name: string }>('fabric', {})).map(({ id, name }) => ({
        id,
        name: `fabric ${name}`,
      })),
    async scan({ id }) {
      if (!id) return null
      const driver = await fabrics.driver(id).catch(() => null)
      return driver && (await driver.health()).ok ? compare(id) : null
    },
    async again({ subject, key }, { id }) {
      if (!id) return null
      return (await compare(id, [key ?? subject.id])).find((one) => one.subject.id === subject.id) ?? null
    },
    async repair(difference, { id }, { context }) {
      if (!id) return ''
      const driver = await fabrics.driver(id)
      context.signal.throwIfAborted()
      const done = await mend(driver, difference, id)
      const [still] = await compare(id, [difference.key ?? difference.subject.id])
      if (still)
        throw conflict('STILL_DIFFERENT', `${still.what} It was made anew, which did not help.`, 'Look at OVN.')
      return done
    },
  }
}
