/** Recomputes every chain and says what does not fit. */
import { createHash } from 'node:crypto'
import type { Database } from '../database.ts'
import { type ChainHead, GENESIS, ROW_DIGEST } from './chain.ts'
import type { Checkpoint, CheckpointSigner } from './checkpoints.ts'

/** Something that does not fit: somebody changed the audit. */
export interface AuditFinding {
  node: string
  chain: string
  /** The first link at fault. */
  position: number
  message: string
}

export interface AuditVerification {
  chains: number
  links: number
  rows: number
  findings: AuditFinding[]
}

interface ChainRow extends Record<string, unknown> {
  id: string
  node: string
  previous: string | null
  first_hash: string
}

interface LinkRow extends Record<string, unknown> {
  position: number
  rows: number
  found: number
  hash: string
  digests: string | null
}

const BATCH = 1_000

const LINKS = `
select l.position, l.rows, l.hash, r.found, r.digests from audit_link l,
  lateral (select count(*)::int as found, string_agg(${ROW_DIGEST}, '' order by a.seq) as digests
             from audit a where a.chain = l.chain and a.link = l.position) r
 where l.chain = $1 and l.position > $2 order by l.position limit ${BATCH}`

const STRAY = `
select count(*)::int as stray from audit a
 where not exists (select 1 from audit_link l where l.chain = a.chain and l.position = a.link)`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface VerifyDeps {
  database: Database
  signer: CheckpointSigner
  /** Heads that are known from elsewhere, such as the node's own file. */
  anchors: readonly ChainHead[]
}

/** Walks one chain; answers with the hashes that its checkpoints and successors are compared with. */
async function walk(
  { database, signer, anchors }: VerifyDeps,
  chain: ChainRow,
  report: (position: number, message: string) => void,
): Promise<{ hashes: Set<string>; links: number; rows: number }> {
  const checkpoints = await database.query<Checkpoint & Record<string, unknown>>(
    'select chain, position, hash, mac, retired from audit_checkpoint where chain = $1 order by position',
    [chain.id],
  )
  for (const checkpoint of checkpoints)
    if (!signer.isGenuine(checkpoint)) report(checkpoint.position, 'a checkpoint has a wrong signature')
  const start = checkpoints.filter(({ retired }) => retired).at(-1)
  const kept: ChainHead[] = [...checkpoints, ...anchors.filter((anchor) => anchor.chain === chain.id)]
  const expected = new Map(kept.map(({ position, hash }) => [position, hash]))
  const hashes = new Set([chain.first_hash, ...(start ? [start.hash] : [])])
  let at = start?.position ?? 0
  let hash = start?.hash ?? chain.first_hash
  let [links, rows] = [0, 0]
  for (let batch: LinkRow[]; ; ) {
    batch = await database.query<LinkRow>(LINKS, [chain.id, at])
    for (const link of batch) {
      if (link.position !== at + 1) report(at + 1, `${link.position - at - 1} links are gone`)
      else if (link.found !== link.rows) report(link.position, `it had ${link.rows} entries and has ${link.found}`)
      else if (sha256(hash + (link.digests ?? '')) !== link.hash) report(link.position, 'an entry was changed')
      const anchored = expected.get(link.position)
      if (anchored !== undefined && anchored !== link.hash) report(link.position, 'it is not what its checkpoint says')
      at = link.position
      hash = link.hash
      hashes.add(hash)
      links++
      rows += link.found
    }
    if (batch.length < BATCH) break
  }
  const last = Math.max(0, ...expected.keys())
  if (last > at) report(at + 1, `the end is gone: a checkpoint knows ${last} links`)
  return { hashes, links, rows }
}

export async function verifyAudit(deps: VerifyDeps): Promise<AuditVerification> {
  const { database, anchors } = deps
  const chains = await database.query<ChainRow>(
    'select id, node, previous, first_hash from audit_chain order by started_at, id',
  )
  const findings: AuditFinding[] = []
  const ends = new Map<string, Set<string>>()
  let [links, rows] = [0, 0]
  for (const chain of chains) {
    const report = (position: number, message: string): void =>
      void findings.push({ node: chain.node, chain: chain.id, position, message })
    const before = chain.previous ? ends.get(chain.previous) : new Set([GENESIS])
    if (!before) report(0, 'the chain before it is gone')
    else if (!before.has(chain.first_hash)) report(0, 'it does not begin where the chain before it ended')
    const walked = await walk(deps, chain, report)
    ends.set(chain.id, walked.hashes)
    links += walked.links
    rows += walked.rows
  }
  for (const chain of new Set(anchors.map((anchor) => anchor.chain)))
    if (!ends.has(chain)) findings.push({ node: '', chain, position: 0, message: 'the whole chain is gone' })
  const [{ stray = 0 } = {}] = await database.query<{ stray: number }>(STRAY)
  if (stray > 0)
    findings.push({
      node: '',
      chain: '',
      position: 0,
      message: `${stray} entries belong to no link: somebody put them in`,
    })
  return { chains: chains.length, links, rows, findings }
}
