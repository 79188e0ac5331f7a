/** What a new password sets and ends; and a way back in, on the node itself, for who forgot one. */
import { entryOf, type Operation, type Store } from '@basalt/kernel'
import type { PasswordHasher } from '../password/hasher.ts'
import { randomPassword } from '../password/random-password.ts'
import type { UserRow } from './user.resource.ts'

/** Fields of a user that a new password sets, or that there is none. */
export const newPassword = async (hasher: PasswordHasher, password: string | null) => ({
  passwordHash: password === null ? null : await hasher.hash(password),
  passwordId: crypto.randomUUID(),
})

/** Operations that end all sessions of a user. They count for nothing already once the user has another password. */
export async function endSessions(store: Store, user: string): Promise<Operation[]> {
  const sessions = await store.all<{ id: string }>('session', { user })
  return sessions.map(({ id }): Operation => ({ op: 'delete', kind: 'session', id }))
}

/** Gives a user a random password and ends all its sessions. @returns the password; null when there is no such user */
export async function resetPassword(store: Store, hasher: PasswordHasher, username: string): Promise<string | null> {
  const [user] = await store.all<UserRow>('user', { username })
  if (!user) return null
  const password = randomPassword()
  const nobody = { user: '', account: user.account, operator: true }
  const facts = { action: 'user.resetPassword', resource: user.id, outcome: 'accepted', code: null } as const
  await store.commit([
    { op: 'update', kind: 'user', id: user.id, set: await newPassword(hasher, password) },
    ...(await endSessions(store, user.id)),
    { op: 'audit', entry: entryOf(nobody, facts) },
  ])
  return password
}
