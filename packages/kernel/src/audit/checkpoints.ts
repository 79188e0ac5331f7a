/** Heads of chains, signed and kept: the end of a chain cannot be cut off, and old links can go without a gap. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import type { Database } from '../database.ts'
import type { Keyring, MasterKey } from '../keys/keyring.ts'
import type { ChainHead } from './chain.ts'

export interface Checkpoint extends ChainHead {
  mac: string
  /** Links up to here were removed when their time was over. */
  retired: boolean
}

/** Signs heads with a key that is derived from the master key, outside the database. */
export interface CheckpointSigner {
  sign(head: ChainHead, retired: boolean): string
  isGenuine(checkpoint: Checkpoint): boolean
}

function signed({ id, bytes }: MasterKey, { chain, position, hash }: ChainHead, retired: boolean): string {
  const key = Buffer.from(hkdfSync('sha256', bytes, '', 'audit checkpoints', 32))
  return `${id}.${createHmac('sha256', key).update(`${chain} ${position} ${hash} ${retired}`).digest('hex')}`
}

/** Signs with the active key; what another key of the ring has signed is genuine, too. */
export function createCheckpointSigner(keys: Keyring): CheckpointSigner {
  return {
    sign: (head, retired) => signed(keys.active(), head, retired),
    isGenuine(checkpoint) {
      const key = keys.find(checkpoint.mac.split('.')[0] ?? '')
      if (!key) return false
      const expected = Buffer.from(signed(key, checkpoint, checkpoint.retired))
      const given = Buffer.from(checkpoint.mac)
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}

const INSERT = `insert into audit_checkpoint (chain, position, hash, mac, retired) values ($1, $2, $3, $4, false)
  on conflict (chain, position, retired) do nothing`

/** Keep a head in the database and, where there is one, in the node's own file. */
export async function keepCheckpoint(
  database: Database,
  signer: CheckpointSigner,
  head: ChainHead,
  file: string | undefined,
): Promise<void> {
  await database.query(INSERT, [head.chain, head.position, head.hash, signer.sign(head, false)])
  if (file) await appendFile(file, `${JSON.stringify(head)}\n`, { mode: 0o600 })
}

/** Heads of the node's own file; a line that was cut off by a crash is left out. */
export async function readAnchors(file: string): Promise<ChainHead[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as ChainHead]
    } catch {
      return []
    }
  })
}

/** The last link of each chain of which everything up to it is older than `days`. */
const OVER = `
select distinct on (l.chain) l.chain, l.position, l.hash from audit_link l
 where l.at < now() - make_interval(days => $1) order by l.chain, l.position desc`

/** Removes what is older than `days`, and leaves a signed checkpoint where the rest of each chain begins. */
export async function retireAudit(database: Database, signer: CheckpointSigner, days: number): Promise<void> {
  const over = await database.query<ChainHead & Record<string, unknown>>(OVER, [days])
  for (const head of over)
    await database.transaction(async (query) => {
      const { chain, position, hash } = head
      await query(
        'insert into audit_checkpoint (chain, position, hash, mac, retired) values ($1, $2, $3, $4, true) on conflict do nothing',
        [chain, position, hash, signer.sign(head, true)],
      )
      await query('delete from audit where chain = $1 and link <= $2', [chain, position])
      await query('delete from audit_link where chain = $1 and position <= $2', [chain, position])
      await query('delete from audit_checkpoint where chain = $1 and position < $2', [chain, position])
    })
}
