/** What a node of a cloud that was there before keeps beside its database. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAuthority } from '@basalt/pki'

/** Gives a node that is yet to start a master key, and an authority of its own. */
export async function keepKeys(dataDir: string, masterKey: Buffer): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(join(dataDir, 'master.key'), masterKey, { mode: 0o600 })
  await openAuthority({ directory: join(dataDir, 'authority') })
}
