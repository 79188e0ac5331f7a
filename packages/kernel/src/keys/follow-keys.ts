/**
 * The keys of this node follow the database, which says by which key is sealed: what another node made is asked of the nodes that live,
 * what is retired is forgotten.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, nodeUnreachable } from '../nodes/cluster.ts'
import type { NodeLease } from '../nodes/lease.ts'
import { Refused } from '../operations.ts'
import { notFound, unavailable } from '../problem.ts'
import { createSealer } from '../sealing.ts'
import type { Store } from '../store.ts'
import type { KeyFiles } from './key-files.ts'
import { type Keyring, masterKeyId } from './keyring.ts'
import type { MasterKeyRow } from './master-key.resource.ts'

export const GIVE = 'masterKey.give'
const ASK = 'masterKey.ask'
/** For nodes that have only just begun to dial each other. */
const ATTEMPTS = 40
const AGAIN_MS = 250
/** SQL. Longer than a request may be repeated. */
export const DIGEST_KEY_LIFE = "interval '25 hours'"

type KeyRow = Pick<MasterKeyRow, 'id' | 'key' | 'state'> & { digestKey: string | null; [column: string]: unknown }

export interface KeyDeps {
  store: Store
  keys: Keyring
  files: KeyFiles
  cluster: Cluster
  lease: NodeLease
  log: { info(message: string, facts?: object): void; error(message: string, facts?: object): void }
}

const encoded = (bytes: Buffer): { key: string } => ({ key: bytes.toString('base64') })
const decoded = (answer: unknown): Buffer => Buffer.from(String((answer as { key?: unknown } | null)?.key), 'base64')

const missing = (id: string): Error =>
  unavailable(
    'MASTER_KEY_MISSING',
    `Secrets in the database are sealed with the master key ${id}, which this node does not have and no other node that lives hands over.`,
    'Start this node while another one is up, or copy master.key and master-keys/ from one.',
  )

async function fetchKey({ cluster, lease, log }: KeyDeps, id: string): Promise<Buffer> {
  log.info('the master key was changed while this node was away; asking the other nodes for it', { key: id })
  for (let attempt = 1; ; attempt++) {
    const others = lease.nodes().filter(({ name, alive }) => alive && name !== lease.node)
    for (const { name } of others) {
      const bytes = await cluster.call(name, ASK, { id }).then(decoded, () => null)
      if (bytes && masterKeyId(bytes) === id) return bytes
    }
    if (others.length === 0 || attempt >= ATTEMPTS) throw missing(id)
    await sleep(AGAIN_MS)
    await lease.refresh()
  }
}

/** The row of the very first key; another node may be quicker. */
async function ensureFirst({ store, keys }: KeyDeps): Promise<void> {
  const row = {
    id: crypto.randomUUID(),
    name: 'master key 1',
    description: '',
    key: keys.active().id,
    generation: 1,
    state: 'active',
  }
  await store.commit([{ op: 'insert', kind: 'masterKey', row }]).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error
  })
}

/** As they are: what of them is sealed may be so by the very key that is looked for. */
const rowsOf = ({ database }: Store): Promise<KeyRow[]> =>
  database.query<KeyRow>(
    `select id, key, state, case when state = 'retired' and updated_at > now() - ${DIGEST_KEY_LIFE} then digest_key end as "digestKey" from master_key`,
  )

/** What retired keys still recognise; one that is damaged recognises nothing, and is no reason for a node not to start. */
function rememberDigests({ keys, log }: KeyDeps, rows: readonly KeyRow[]): void {
  const sealer = createSealer(keys)
  const opened = rows.flatMap(({ id, key, digestKey }) => {
    if (!digestKey) return []
    try {
      return [{ id: key, bytes: Buffer.from(sealer.open(digestKey, `masterKey/${id}/digestKey`), 'base64') }]
    } catch (error) {
      log.error('repeated requests of the time of a retired key are not told apart', { key, error: String(error) })
      return []
    }
  })
  keys.rememberDigests(opened)
}

async function follow(deps: KeyDeps): Promise<void> {
  const { store, keys, files } = deps
  let rows = await rowsOf(store)
  if (rows.length === 0) {
    await ensureFirst(deps)
    rows = await rowsOf(store)
  }
  for (const { key } of rows.filter(({ state }) => state !== 'retired')) {
    if (keys.find(key)) continue
    const bytes = await fetchKey(deps, key)
    await files.save(bytes)
    keys.add(bytes)
  }
  const active = rows.find(({ state }) => state === 'active')
  if (active && keys.active().row !== active.id) {
    keys.activate(active.key, active.id)
    await files.activate(keys.active().bytes)
  }
  rememberDigests(deps, rows)
  for (const { key } of rows.filter(({ state }) => state === 'retired')) {
    if (!keys.find(key) || key === keys.active().id) continue
    await files.remove(key)
    keys.forget(key)
  }
}

/** Keys that were handed over for a change that never came about. */
async function forgetStrays({ store, keys, files }: KeyDeps): Promise<void> {
  const known = new Set((await rowsOf(store)).map(({ key }) => key))
  for (const { id } of keys.all())
    if (!known.has(id) && id !== keys.active().id) {
      await files.remove(id)
      keys.forget(id)
    }
}

export interface KeyFollower {
  /** {@link KeyFollower.refresh} at the start of a node. */
  open(): Promise<void>
  /** What the database says now counts when it resolves. @throws Problem MASTER_KEY_MISSING */
  refresh(): Promise<void>
  /** Hand a key to every node that lives. @throws Problem NODE_UNREACHABLE, with nothing sealed by it */
  give(bytes: Buffer): Promise<void>
}

export function followKeys(deps: KeyDeps): KeyFollower {
  const { keys, files, cluster, lease } = deps
  let last = Promise.resolve()
  // One at a time: files are moved.
  const refresh = (): Promise<void> => {
    last = last.catch(() => {}).then(() => follow(deps))
    return last
  }
  async function keep(bytes: Buffer): Promise<void> {
    await files.save(bytes)
    keys.add(bytes)
  }
  cluster.serve(GIVE, async (params) => {
    await keep(decoded(params))
    return {}
  })
  cluster.serve(ASK, async ({ id }: { id: string }) => {
    const key = keys.find(id)
    if (!key) throw notFound('masterKey', id)
    return encoded(key.bytes)
  })
  keys.follow(refresh)
  return {
    refresh,
    async open() {
      await refresh()
      await forgetStrays(deps)
    },
    async give(bytes) {
      await lease.refresh()
      await keep(bytes)
      try {
        for (const { name, alive } of lease.nodes())
          if (alive && name !== lease.node)
            await cluster.call(name, GIVE, encoded(bytes)).catch((cause) => {
              throw nodeUnreachable(name, cause)
            })
      } catch (error) {
        keys.forget(masterKeyId(bytes))
        await files.remove(masterKeyId(bytes))
        throw error
      }
    },
  }
}
