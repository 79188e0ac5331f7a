/** Before anything is written: a node serves the database that its keys are of, or none. */
import { join } from 'node:path'
import { type Database, Problem, requireMasterKey } from '@basalt/kernel'
import { exportAuthority } from '@basalt/pki'
import type { ControlPlaneConfig } from '../config.ts'

/** @throws Problem MASTER_KEY_MISSING, AUTHORITY_MISSING */
export async function checkBelonging(
  { dataDir, node }: Pick<ControlPlaneConfig, 'dataDir' | 'node'>,
  database: Database,
): Promise<void> {
  const { isNew } = await requireMasterKey(database, { dataDir, node })
  if (isNew) return
  await exportAuthority(join(dataDir, 'authority')).catch((cause) => {
    throw new Problem({
      status: 503,
      code: 'AUTHORITY_MISSING',
      detail: `Hosts and nodes of this cloud trust a certificate authority that this node does not have: ${cause.message}`,
      remedy: `Restore authority/ of a node of this cloud into ${dataDir}: with another one no host would connect.`,
      cause,
    })
  })
}
