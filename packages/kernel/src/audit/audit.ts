/** The audit of one node: reads are noted, heads of the chain are kept, old entries retire. */
import type { Log } from '../kernel.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Route } from '../module.ts'
import type { Store } from '../store.ts'
import { createCheckpointSigner, keepCheckpoint, readAnchors, retireAudit } from './checkpoints.ts'
import { type AuditRecorder, createAuditRecorder } from './recorder.ts'
import { auditRoutes } from './routes.ts'
import { type AuditVerification, verifyAudit } from './verify.ts'

const CHECKPOINT_MS = 60_000

export interface Audit {
  recorder: AuditRecorder
  routes: Route[]
  verify(): Promise<AuditVerification>
  /** Keep the head of the chain where nobody with the database alone can change it. */
  checkpoint(): Promise<void>
  /** Remove what is older. */
  retire(days: number): Promise<void>
  start(): void
  stop(): Promise<void>
}

/**
 * @param masterKeys sign checkpoints
 * @param anchorsFile where this node keeps heads besides the database
 */
export function createAudit(deps: { store: Store; masterKeys: Keyring; anchorsFile?: string; log: Log }): Audit {
  const { store, anchorsFile, log } = deps
  const { database } = store
  const signer = createCheckpointSigner(deps.masterKeys)
  const recorder = createAuditRecorder(store, (count, error) =>
    log.error('the audit of reads is behind', { lost: count, ...(error ? { error: String(error) } : {}) }),
  )
  let kept = ''
  let timer: NodeJS.Timeout | undefined

  async function checkpoint(): Promise<void> {
    const head = store.auditHead()
    if (!head || head.hash === kept) return
    await keepCheckpoint(database, signer, head, anchorsFile)
    kept = head.hash
  }
  const verify = async () =>
    verifyAudit({ database, signer, anchors: anchorsFile ? await readAnchors(anchorsFile) : [] })

  return {
    recorder,
    verify,
    checkpoint,
    routes: auditRoutes(database, verify),
    retire: (days) => retireAudit(database, signer, days),
    start() {
      const keep = () =>
        checkpoint().catch((error: unknown) => log.error('no audit checkpoint', { error: String(error) }))
      timer = setInterval(keep, CHECKPOINT_MS)
    },
    async stop() {
      clearInterval(timer)
      await recorder.close()
      await checkpoint()
    },
  }
}
