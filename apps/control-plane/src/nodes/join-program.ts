/** `basalt-control-plane join`: run once on a new node, before it is started. */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKeyFiles } from '@basalt/kernel'
import { importAuthority } from '@basalt/pki'
import { resolveDatabase } from '@basalt/postgres'
import { postPinned } from '@basalt/transport'
import type { ControlPlaneConfig } from '../config.ts'
import { JOIN_PATH, type JoinAnswer } from './join.ts'

/** Where a node that joined finds its database; DATABASE_URL goes before it. */
export const databaseUrlFile = (dataDir: string): string => join(dataDir, 'database-url')

/** The database of a node: of the environment, or the one that it was handed when it joined. */
export async function databaseEnvironment(
  dataDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ DATABASE_URL?: string }> {
  if (env.DATABASE_URL) return { DATABASE_URL: env.DATABASE_URL }
  const handed = await readFile(databaseUrlFile(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return handed ? { DATABASE_URL: handed.trim() } : {}
}

/** Readable by us alone, and there as a whole or not at all. */
async function writeSecret(file: string, contents: string | Buffer): Promise<void> {
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, contents, { mode: 0o600 })
  await chmod(unfinished, 0o600)
  await rename(unfinished, file)
}

function answerOf(answer: unknown): JoinAnswer {
  const { authorityPem, masterKeys, databaseUrl } = (answer ?? {}) as Partial<JoinAnswer>
  if (!authorityPem || !masterKeys?.[0] || !databaseUrl)
    throw new Error('the node that was asked to join does not say what is needed')
  return { authorityPem, masterKeys, databaseUrl }
}

async function refuseOtherKey(file: string, key: Buffer): Promise<void> {
  const present = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (present && !present.equals(key))
    throw new Error(`${file} belongs to another control plane; move its directory away to join this one`)
}

/**
 * Fetches what the node needs and keeps it in its data directory. Nothing is kept when the database cannot be reached from here.
 * @param url base URL of the agents' port of a node that is there
 */
export async function joinControlPlane(config: ControlPlaneConfig, url: string, token: string): Promise<void> {
  const { dataDir, node } = config
  const { answer } = await postPinned({ url, path: JOIN_PATH, token, body: { node } })
  const { authorityPem, masterKeys, databaseUrl } = answerOf(answer)
  const [key = Buffer.alloc(0), ...others] = masterKeys.map((text) => Buffer.from(text, 'base64'))
  await resolveDatabase({ DATABASE_URL: databaseUrl }, { dataDir: '' })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await refuseOtherKey(join(dataDir, 'master.key'), key)
  await importAuthority(join(dataDir, 'authority'), authorityPem)
  await writeSecret(join(dataDir, 'master.key'), key)
  const files = createKeyFiles(dataDir)
  for (const other of others) await files.save(other)
  await writeSecret(databaseUrlFile(dataDir), `${databaseUrl}\n`)
}
