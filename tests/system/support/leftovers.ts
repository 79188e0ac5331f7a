/** The leftovers check on a real cloud: what is on hosts, network or disk, or in the database, without a reason. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab, LabHost } from '@basalt/lab'
import type { Places } from '@basalt/quickstart'
import type { Cloud } from '@basalt/sdk'

interface Parts {
  operator: Cloud
  lab: Lab
  places: Places
}

const lines = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || [])
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** Everything that the API knows. */
async function readRows(operator: Cloud) {
  const all = { limit: 1000 }
  const [vms, nics, volumes, layers, networks, reservations, hosts, tasks, images, pools] = await Promise.all([
    operator.vms.list(all),
    operator.nics.list(all),
    operator.volumes.list(all),
    operator.layers.list(all),
    operator.networks.list(all),
    operator.reservations.list(all),
    operator.hosts.list(all),
    operator.tasks.list(all),
    operator.images.list(all),
    operator.storagePools.list(all),
  ])
  return {
    vms: vms.items,
    nics: nics.items,
    volumes: volumes.items,
    layers: layers.items,
    networks: networks.items,
    reservations: reservations.items,
    hosts: hosts.items,
    tasks: tasks.items,
    images: images.items,
    pools: pools.items,
  }
}

type Rows = Awaited<ReturnType<typeof readRows>>

const idsOf = (rows: readonly { id: string }[]): Set<string> => new Set(rows.map(({ id }) => id))

/** Names of files, or nothing when there is no such directory. */
async function filesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}

/** Those whose id nobody knows. */
const unknown = (what: string, names: readonly string[], known: Set<string>): string[] =>
  names.flatMap((name) => (known.has(UUID.exec(name)?.[0] ?? '') ? [] : [`${what} ${name}`]))

async function onHost(host: LabHost, rows: Rows): Promise<string[]> {
  if (!host.isRunning()) return []
  const vms = idsOf(rows.vms)
  const { stdout: domains } = await host.exec('virsh', ['-c', 'qemu:///system', 'list', '--all', '--name'])
  const interfaces = ['--bare', '--no-headings', '--columns=external_ids', 'list', 'Interface']
  const { stdout: identities } = await host.exec('ovs-vsctl', interfaces)
  const ports = [...identities.matchAll(/iface-id="?([^"\s]+)/g)].map(([, id]) => id as string)
  const { stdout: processes } = await host.exec('ps', ['-e', '-o', 'args='])
  const row = rows.hosts.find(({ name }) => name === host.name)
  const guests = lines(processes).filter(
    (line) => /^\S*qemu-system-\S* .*guest=/.test(line) && line.includes(host.paths.root),
  )
  const agent = join(host.paths.data, 'agent')
  return [
    ...unknown('domain', lines(domains), vms),
    ...unknown('Open vSwitch port', ports, idsOf(rows.nics)),
    ...unknown('process', guests, vms),
    ...unknown('seed', await filesIn(join(agent, 'seeds')), vms),
    ...unknown('console log', await filesIn(join(agent, 'consoles')), vms),
    ...(await inPools(host, 'local', row?.id ?? null, rows)),
  ].map((what) => `${host.name}: ${what}`)
}

/** Layers, and files that are not finished, as the host sees them; `owner` is whose the layers of a local pool are. */
async function inPools(host: LabHost, type: 'local' | 'smp', owner: string | null, rows: Rows): Promise<string[]> {
  const found: string[] = []
  for (const { id, name, path } of rows.pools.filter((pool) => pool.type === type)) {
    const here = rows.layers.filter((layer) => layer.pool === id && (layer.host ?? null) === owner)
    const { stdout } = await host.exec('find', [path, '-mindepth', '2', '-type', 'f', '-printf', '%P\\n'])
    const files = lines(stdout)
    const layers = files.filter((file) => file.startsWith('layers/'))
    const missing = here.filter((layer) => !layers.some((file) => file.includes(layer.id)))
    found.push(
      ...unknown(`layer in ${name}`, layers, idsOf(here)),
      ...files.filter((file) => !layers.includes(file)).map((file) => `unfinished file in ${name}: ${file}`),
      ...missing.map((layer) => `layer ${layer.id} in ${name} has no file`),
    )
  }
  return found
}

async function onNetwork(lab: Lab, rows: Rows): Promise<string[]> {
  const names = async (table: string): Promise<string[]> => {
    const columns = ['--bare', '--no-headings', '--columns=name', 'list', table]
    return lines((await lab.central.exec('ovn-nbctl', columns)).stdout)
  }
  return [
    ...unknown('logical port', await names('Logical_Switch_Port'), idsOf(rows.nics)),
    ...unknown('logical switch', await names('Logical_Switch'), idsOf(rows.networks)),
  ]
}

/** Rows of VMs that are gone, room that does not add up, tasks that have not ended. */
function inDatabase(rows: Rows): string[] {
  const vms = idsOf(rows.vms)
  const orphans = (kind: string, found: readonly { id: string; vm?: string | null }[]): string[] =>
    found.filter(({ vm }) => vm && !vms.has(vm)).map(({ id }) => `${kind} row ${id}`)
  const wrong = rows.hosts.filter(({ id, memoryReservedBytes, vcpusReserved }) => {
    const here = rows.reservations.filter(({ host }) => host === id)
    const memoryBytes = here.reduce((sum, each) => sum + each.memoryBytes, 0)
    const vcpus = here.reduce((sum, each) => sum + each.vcpus, 0)
    return memoryBytes !== memoryReservedBytes || vcpus !== vcpusReserved
  })
  return [
    ...orphans('nic', rows.nics),
    ...orphans('volume', rows.volumes),
    ...rows.reservations.filter(({ id }) => !vms.has(id)).map(({ id }) => `reservation row ${id}`),
    ...wrong.map(({ name }) => `${name}: reserved room does not add up`),
    ...rows.tasks
      .filter(({ state }) => state === 'running' || state === 'undoing')
      .map(({ action, state, message }) => `task ${action} is ${state}: ${message}`),
  ]
}

/** Empty when everything that is there has a reason. */
export async function leftoversOf({ operator, lab, places }: Parts): Promise<string[]> {
  const rows = await readRows(operator)
  const hosts = await Promise.all(lab.hosts.map((host) => onHost(host, rows)))
  const running = lab.hosts.find((host) => host.isRunning())
  return [
    ...hosts.flat(),
    ...(await onNetwork(lab, rows)),
    ...(running ? await inPools(running, 'smp', null, rows) : []),
    ...unknown('image file', await filesIn(join(places.images, 'images')), idsOf(rows.images)),
    ...(await filesIn(join(places.images, 'incoming'))).map((name) => `half an image ${name}`),
    ...inDatabase(rows),
  ]
}
