import { execFile, type SpawnOptions } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The customary uid and gid of "nobody" on Linux, also the kernel's overflow id. */
export const NOBODY_ID = 65534

/**
 * The account PostgreSQL runs under; it refuses to run as root.
 * - `own`: ours (we are not root).
 * - `mapped`: we are root, and a user namespace lets the server believe it is nobody; its files stay root's.
 * - `switched`: we are root and really become another user.
 */
export type Account =
  | { readonly kind: 'own' }
  | { readonly kind: 'mapped' }
  | { readonly kind: 'switched'; readonly uid: number; readonly gid: number }

/** How to run a program under an account. */
export interface Launch {
  readonly command: string
  readonly args: string[]
  readonly options: Pick<SpawnOptions, 'uid' | 'gid' | 'env'>
}

const MAPPING = ['unshare', '--user', `--map-user=${NOBODY_ID}`, `--map-group=${NOBODY_ID}`]
/** The kernel sends the server SIGINT ("fast shutdown") when our process dies, however it dies. */
const DIE_WITH_PARENT = ['setpriv', '--pdeathsig', 'INT']

/**
 * Chooses the account. As root, the owner of an existing data directory decides, because files made under one choice cannot be
 * opened under the other; a new one gets a user namespace where the kernel allows it, else nobody's account.
 */
export async function chooseAccount(dataDir: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { kind: 'own' }
  const owner = await stat(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (owner !== undefined && owner.uid !== 0) return { kind: 'switched', uid: owner.uid, gid: owner.gid }
  if (await works([...MAPPING, 'true'])) return { kind: 'mapped' }
  return { kind: 'switched', uid: NOBODY_ID, gid: NOBODY_ID }
}

/**
 * Describes how to run a program under the account.
 * @param diesWithParent end the program when our process dies; needs `setpriv` (util-linux), without it the program lives on
 */
export async function launchUnder(account: Account, program: string[], diesWithParent: boolean): Promise<Launch> {
  const mapping = account.kind === 'mapped' ? MAPPING : []
  const dying = diesWithParent && (await works([...DIE_WITH_PARENT, 'true'])) ? DIE_WITH_PARENT : []
  const [command = '', ...args] = [...mapping, ...dying, ...program]
  const identity = account.kind === 'switched' ? { uid: account.uid, gid: account.gid } : {}
  return { command, args, options: { ...identity, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } } }
}

/** Whether a harmless command runs: tools may be missing, and kernels may forbid user namespaces. */
async function works([command = '', ...args]: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  )
}
