/** All state that a saga can touch, as comparable data: rows, claims, image files, hosts, network. */
import { readdir } from 'node:fs/promises'
import type { Resource } from '@basalt/resource'
import type { JsonValue } from '@basalt/saga'
import type { CloudEnvironment } from './cloud.ts'

type Row = Record<string, unknown> & {
  id: string
  name?: string
  mac?: string
  layer?: string
  host?: string | null
  metric?: string
  account?: string | null
  zone?: string | null
}

/** Kinds that tell of what was asked for, not of what there is. */
const HISTORY = new Set(['task', 'session', 'reconciler', 'finding', 'node'])
/** What changes by itself (how full a disk is), or each time the same thing is made. */
const PASSING = new Set(['createdAt', 'updatedAt', 'version', 'availableBytes', 'totalBytes'])
const CHOSEN = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}/g

export interface StateOptions {
  /** A row that may stand as `failed` with a cause: what a failed create leaves for its user to read and delete. */
  mayHaveFailed?: string
}

/** The state; rows are known by their names, so that two that differ by chosen ids alone are equal. */
export async function tortureState(env: CloudEnvironment, options: StateOptions = {}): Promise<JsonValue> {
  const { store } = env.controlPlane()
  const kinds = store.catalogue.resources.map(({ kind }) => kind).filter((kind) => !HISTORY.has(kind))
  const tables = await Promise.all(kinds.map(async (kind) => [kind, await store.all<Row>(kind, {})] as const))
  const rows = new Map(tables)
  const labels = labelsOf(rows)
  uncount(rows, store.catalogue.resources, options.mayHaveFailed)
  const open = await store.database.query('select name from task where finished_at is null')
  const state = {
    rows: Object.fromEntries(
      tables.map(([kind, found]) => [
        kind,
        found.filter((row) => !isFailed(row, options.mayHaveFailed)).map((row) => plain(row)),
      ]),
    ),
    claims: await store.database.query('select resource from claim'),
    openTasks: open,
    files: await filesOf(rows.get('imageStore') ?? []),
    domains: Object.fromEntries(env.hosts.map(({ name, snapshot }) => [name, snapshot().domains])),
    pools: env.hosts[0]?.snapshot().pools ?? [],
    network: networkOf(env, rows),
  }
  return sorted(JSON.parse(withLabels(JSON.stringify(state), labels)) as JsonValue)
}

/** Usage as it would be without the row that may stand as failed. */
function uncount(rows: ReadonlyMap<string, Row[]>, resources: readonly Resource[], id: string | undefined): void {
  for (const { kind, quota } of resources)
    for (const row of rows.get(kind)?.filter((each) => isFailed(each, id)) ?? [])
      for (const { metric, amount, while: states } of quota) {
        if (states && !states.includes(String(row.state))) continue
        const usage = rows.get('quota')?.find((each) => isUsageOf(each, metric, row))
        if (usage) usage.used = Number(usage.used) - Number(typeof amount === 'number' ? amount : (row[amount] ?? 0))
      }
}

const isUsageOf = (usage: Row, metric: string, row: Row): boolean =>
  usage.metric === metric && usage.account === row.account && (usage.zone ?? row.zone) === row.zone

function isFailed(row: Row, id: string | undefined): boolean {
  return row.id === id && row.state === 'failed' && row.cause !== null
}

/** Ids and MACs by what people would call the thing; the same id (a VM and its reservation) has one label. */
function labelsOf(rows: ReadonlyMap<string, readonly Row[]>): Map<string, string> {
  const namesOf = (kind: string) => new Map((rows.get(kind) ?? []).map(({ id, name }) => [id, name]))
  const [hostNames, accountNames, zoneNames] = [namesOf('host'), namesOf('account'), namesOf('zone')]
  const labels = new Map<string, string>()
  const taken = new Map<string, number>()
  for (const [kind, found] of rows)
    for (const { id, name, host, mac, layer, metric, account, zone } of found) {
      // Quotas are told apart by whose they are and where.
      const whose = metric ? ` of ${accountNames.get(account ?? '')} in ${zoneNames.get(zone ?? '')}` : ''
      const label = `${kind} ${name}${host && kind !== 'vm' ? ` on ${hostNames.get(host)}` : ''}${whose}`
      const before = taken.get(label) ?? 0
      taken.set(label, before + 1)
      // The layer of a cached image is known before it is there.
      if (layer && !labels.has(layer)) labels.set(layer, `<layer of ${label}>`)
      if (mac) labels.set(mac, `<MAC of ${label}>`)
      if (!labels.has(id)) labels.set(id, before === 0 ? `<${label}>` : `<${label} ${before + 1}>`)
    }
  return labels
}

const withLabels = (json: string, labels: ReadonlyMap<string, string>): string =>
  json.replace(CHOSEN, (id) => JSON.stringify(labels.get(id) ?? id).slice(1, -1))

/** A row without what passes; keys are chosen at random, and a cause differs from fault to fault. */
function plain(row: Row): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(row).filter(([field]) => !PASSING.has(field)))
  if ('cause' in kept && kept.cause !== null) kept.cause = 'told'
  if (kept.recycledAt) kept.recycledAt = 'told'
  if ('tunnelKey' in kept) kept.tunnelKey = 'chosen'
  return kept
}

/** The network's own state; what it took over from rows is told as such. */
function networkOf(env: CloudEnvironment, rows: ReadonlyMap<string, readonly Row[]>): unknown {
  const { networks, ports } = env.network.snapshot()
  const of = (kind: string, id: string): Row | undefined => rows.get(kind)?.find((row) => row.id === id)
  const same = (value: unknown, row: Row | undefined, field: string): unknown =>
    row?.[field] === value ? 'as in its row' : value
  return {
    networks: networks.map(({ serverMac: _, ...spec }) => ({
      ...spec,
      tunnelKey: same(spec.tunnelKey, of('network', spec.network), 'tunnelKey'),
    })),
    ports: ports.map((spec) => ({
      ...spec,
      tunnelKey: same(spec.tunnelKey, of('nic', spec.port), 'tunnelKey'),
    })),
  }
}

async function filesOf(stores: readonly Row[]): Promise<string[]> {
  const listed = await Promise.all(
    stores.map(async ({ path }) =>
      (await readdir(path as string, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ name }) => name),
    ),
  )
  return listed.flat()
}

/** Lists in an order that does not depend on chosen ids. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sorted(inner)]))
}
