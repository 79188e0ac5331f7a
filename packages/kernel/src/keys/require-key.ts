/**
 * Before a node writes anything: whether it belongs to the database it was started on. A node whose data directory is empty, or another
 * cloud's, must not make keys of its own beside what others have sealed.
 */
import type { Database } from '../database.ts'
import { unavailable } from '../problem.ts'
import { readKeys } from './key-files.ts'
import { masterKeyId } from './keyring.ts'
import type { MasterKeyRow } from './master-key.resource.ts'

type Known = Pick<MasterKeyRow, 'key' | 'state'>

const missing = (why: string, key: string, remedy: string) =>
  unavailable('MASTER_KEY_MISSING', `The database is sealed by the master key ${key}; ${why}.`, remedy)

async function knownKeys({ query }: Database): Promise<Known[]> {
  const [table] = await query<{ found: boolean }>(`select to_regclass('master_key') is not null as found`)
  return table?.found ? query<Known & Record<string, unknown>>('select key, state from master_key') : []
}

async function othersLive({ query }: Database, node: string): Promise<boolean> {
  const live = await query(
    `select name from node where state = 'up' and lease_expires_at > clock_timestamp() and name <> $1 limit 1`,
    [node],
  )
  return live.length > 0
}

/**
 * @returns whether the database is new, so that this node makes the first key
 * @throws Problem MASTER_KEY_MISSING when the node has no key of this database, or only one that seals no more and nobody to ask
 */
export async function requireMasterKey(
  database: Database,
  { dataDir, node }: { dataDir: string; node: string },
): Promise<{ isNew: boolean }> {
  const known = await knownKeys(database)
  const active = known.find(({ state }) => state === 'active')?.key
  if (!active) return { isNew: true }
  const held = (await readKeys(dataDir)).map(masterKeyId)
  if (held.includes(active)) return { isNew: false }
  if (!known.some(({ key }) => held.includes(key)))
    throw missing(
      held.length > 0
        ? `the one in ${dataDir} (${held.join(', ')}) is another cloud's`
        : `this node has none in ${dataDir}`,
      active,
      `Restore master.key, master-keys/ and authority/ of a node of this cloud into ${dataDir}; or move what is there away, ` +
        'and join as a new node with a token from "basalt node join-token".',
    )
  // Peers hand the present key over to whoever has the authority; with none of them there is nothing to wait for.
  if (!(await othersLive(database, node)))
    throw missing(
      `the one of this node (${held.join(', ')}) was changed while it was away, and no other node lives to hand the new one over`,
      active,
      'Start this node while another one is up, or copy master.key and master-keys/ from one.',
    )
  return { isNew: false }
}
