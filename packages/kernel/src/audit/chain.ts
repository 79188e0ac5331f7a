/**
 * The audit cannot be changed unnoticed. Each flush appends one link to the chain of its node: the hash of the link before and of every
 * row of the flush. Whoever removes or changes a row breaks a link; whoever makes the links anew meets the checkpoints, which are
 * signed with a key that is not in the database, and written to a file of the node besides.
 */
import { randomUUID } from 'node:crypto'
import type { Query } from '../database.ts'
import type { AuditEntry } from './entry.ts'

/** Where a chain has come to. */
export interface ChainHead {
  chain: string
  position: number
  hash: string
}

export interface AuditChain {
  /** Write entries within the transaction of a flush. */
  write(query: Query, entries: readonly AuditEntry[]): Promise<void>
  /** The transaction is durable. */
  committed(): void
  /** The transaction did not happen; `inDoubt` when nobody knows. */
  abandoned(inDoubt: boolean): void
  /** The last durable link of this process; null before the first. */
  head(): ChainHead | null
}

export const GENESIS = '0'.repeat(64)

/** A row as it is hashed: every column, in the database's own words. The writer and the verifier use this one text. */
export const ROW_DIGEST = `encode(sha256(convert_to(jsonb_build_array(a.seq, a.at, a.chain, a.link, a."user", a.account, a.action, a.resource, a.address, a.client, a.request, a.outcome, a.code, a.duration_ms)::text, 'UTF8')), 'hex')`

const WRITE = `
with a as (
  insert into audit (chain, link, "user", account, action, resource, address, client, request, outcome, code, duration_ms)
  select $2::uuid, $3::bigint, "user", account, action, resource, address, client, request, outcome, code, "durationMs"
    from jsonb_to_recordset($1::jsonb) as u("user" uuid, account uuid, action text, resource uuid, address text, client text, request text, outcome text, code text, "durationMs" int)
  returning *),
d as (select count(*)::int as rows, string_agg(${ROW_DIGEST}, '' order by a.seq) as digests from a)
insert into audit_link (chain, position, rows, hash)
select $2::uuid, $3::bigint, d.rows, encode(sha256(convert_to($4::text || d.digests, 'UTF8')), 'hex') from d
returning hash`

/** Where a node's last chain has come to, and a new one begins. */
const LAST = `
select c.id as chain, coalesce(
    (select hash from audit_link where chain = c.id order by position desc limit 1),
    (select hash from audit_checkpoint where chain = c.id and retired order by position desc limit 1),
    c.first_hash) as hash
  from audit_chain c where c.node = $1 order by c.started_at desc, c.id limit 1`

/** @param node whose chain it is; each start of a node begins a new one */
export function createAuditChain(node: string): AuditChain {
  let durable: ChainHead | null = null
  let pending: ChainHead | null = null

  async function begin(query: Query): Promise<ChainHead> {
    const [last] = await query<{ chain: string; hash: string }>(LAST, [node])
    const chain = randomUUID()
    const hash = last?.hash ?? GENESIS
    await query('insert into audit_chain (id, node, previous, first_hash) values ($1, $2, $3, $4)', [
      chain,
      node,
      last?.chain ?? null,
      hash,
    ])
    return { chain, position: 0, hash }
  }

  return {
    async write(query, entries) {
      if (entries.length === 0) return
      const { chain, position, hash } = durable ?? (await begin(query))
      const values = [JSON.stringify(entries), chain, position + 1, hash]
      const [link] = await query<{ hash: string }>(WRITE, values)
      if (!link) throw new Error('the audit was not written')
      pending = { chain, position: position + 1, hash: link.hash }
    },
    committed() {
      durable = pending ?? durable
      pending = null
    },
    abandoned(inDoubt) {
      pending = null
      if (inDoubt) durable = null
    },
    head: () => durable,
  }
}
