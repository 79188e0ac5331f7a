/** The first operator, and a way back in on the node itself. */
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createPasswordHasher, hasAdministrator, type Identity, randomPassword, resetPassword } from '@basalt/identity'
import {
  createSealer,
  createStore,
  type Log,
  openDatabase,
  openKeyring,
  type Store,
  unlimitedLease,
} from '@basalt/kernel'
import { resolveDatabase } from '@basalt/postgres'
import type { ControlPlaneConfig } from './config.ts'
import { databaseEnvironment } from './nodes/join-program.ts'
import { allResources } from './resources.ts'

/** Where the first operator's password is. */
const passwordFileOf = ({ dataDir, operator }: ControlPlaneConfig): string =>
  operator.passwordFile ?? join(dataDir, 'operator-password')

/** The password in a file that only its owner may read; a random one is made when there is no file. */
async function passwordIn(file: string): Promise<string> {
  const password = randomPassword()
  try {
    await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' })
    return password
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readFile(file, 'utf8')).trim()
  }
}

/** Makes the first operator where there is none, and tells once where its password is. */
export async function ensureOperator(
  config: ControlPlaneConfig,
  { store, identity, log }: { store: Store; identity: Identity; log: Log },
): Promise<void> {
  if (await hasAdministrator(store)) return
  const { username } = config.operator
  const file = passwordFileOf(config)
  const password = await passwordIn(file)
  if (await identity.bootstrap({ username, password }))
    log.info('made the first operator; its password is in the file', { username, file })
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

const refusal = (message: string, remedy: string): Error => Object.assign(new Error(message), { remedy })

/** The file is the first operator's: who reads it later finds the password of now. */
async function renewFile(config: ControlPlaneConfig, username: string, password: string): Promise<void> {
  const file = passwordFileOf(config)
  if (username !== config.operator.username || !(await exists(file))) return
  await writeFile(`${file}.new`, `${password}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/**
 * Gives a user a random password, ends all its sessions, and writes that down in the audit. Works beside a running control plane, and
 * without one.
 * @returns the password
 * @throws Error with a remedy when this is no control plane's node, or there is no such user
 */
export async function resetPasswordOnNode(
  config: ControlPlaneConfig,
  username: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const keyFile = join(config.dataDir, 'master.key')
  if (!(await exists(keyFile)))
    throw refusal(
      `${config.dataDir} is no control plane's: it has no master.key.`,
      'Give the configuration of the control plane of this node.',
    )
  const server = await resolveDatabase(await databaseEnvironment(config.dataDir, env), {
    dataDir: join(config.dataDir, 'postgres'),
  })
  const database = openDatabase(server.url)
  try {
    const sealer = createSealer(await openKeyring(config.dataDir))
    const store = createStore(database, allResources, sealer, unlimitedLease(`${config.node}-offline`))
    const password = await resetPassword(store, createPasswordHasher(), username)
    if (password === null) throw refusal(`There is no user "${username}".`, 'Give the user name that one logs in with.')
    await renewFile(config, username, password)
    return password
  } finally {
    await database.close()
    // A server that was there before belongs to the control plane.
    if (!server.adopted) await server.stop()
  }
}
