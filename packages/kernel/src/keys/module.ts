/** Changing the master key while everything goes on. */
import { randomBytes } from 'node:crypto'
import { implement } from '../action.ts'
import type { Module } from '../module.ts'
import { Refused } from '../operations.ts'
import { isOutage } from '../pressure/outage.ts'
import { conflict } from '../problem.ts'
import { DIGEST_KEY_LIFE, followKeys, type KeyDeps, type KeyFollower } from './follow-keys.ts'
import { digestKeyOf, KEY_BYTES, masterKeyId } from './keyring.ts'
import { type MasterKeyRow, masterKey } from './master-key.resource.ts'
import { countSealed, reseal } from './reseal.ts'

const LOOK_MS = 1_000

export interface Keys {
  module: Module
  /** Have the keys that the database asks for, before anything is read. @throws Problem MASTER_KEY_MISSING */
  open(): Promise<void>
}

const slice = (follower: KeyFollower) =>
  implement(masterKey, {
    create: {
      async short({ store }) {
        const rows = await store.all<MasterKeyRow>('masterKey', { state: ['active', 'retiring'] })
        const active = rows.find(({ state }) => state === 'active')
        if (!active || rows.length > 1)
          throw conflict(
            'KEY_CHANGE_UNDER_WAY',
            'What the former master key has sealed is being sealed anew.',
            'Wait until GET /v1/master-keys shows no key that retires.',
          )
        const bytes = randomBytes(KEY_BYTES)
        await follower.give(bytes)
        const generation = active.generation + 1
        return {
          set: { name: `master key ${generation}`, key: masterKeyId(bytes), generation },
          operations: [
            { op: 'update', kind: 'masterKey', id: active.id, set: { state: 'retiring' }, from: ['active'] },
          ],
        }
      },
    },
  })

/** What has to be done about a key that retires; by one node, though more would do no harm. */
async function retire({ store, keys, lease, log }: KeyDeps): Promise<void> {
  const [first] = lease
    .nodes()
    .flatMap(({ name, alive }) => (alive ? [name] : []))
    .sort()
  if (first !== lease.node) return
  const [row] = await store.all<MasterKeyRow>('masterKey', { state: 'retiring' })
  const former = row && keys.find(row.key)
  if (!row || !former || former.id === keys.active().id) return
  const { database, catalogue } = store
  const { resources } = catalogue
  const tell = (set: Partial<MasterKeyRow> & { digestKey?: string }): Promise<void> =>
    store.commit([{ op: 'update', kind: 'masterKey', id: row.id, set, from: ['retiring'] }]).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
    })
  await tell({ remaining: await countSealed(database, resources, former.id) })
  const { done, unreadable } = await reseal({ database, resources, keys, former, check: lease.check })
  if (unreadable > 0)
    log.error('sealed values cannot be opened by the key that sealed them', { key: row.key, unreadable })
  if (done > 0) return tell({ remaining: await countSealed(database, resources, former.id), unreadable })
  const digestKey = digestKeyOf(former).bytes.toString('base64')
  await tell({ remaining: 0, unreadable, state: 'retired', digestKey })
  log.info('a master key is retired: nothing is sealed with it any more', { key: row.key })
}

export function createKeys(deps: KeyDeps): Keys {
  const { keys, lease, log } = deps
  const follower = followKeys(deps)
  let timer: NodeJS.Timeout | undefined
  let working = Promise.resolve()
  let isBusy = false

  async function look(): Promise<void> {
    if (!lease.isHeld()) return
    await follower.refresh()
    if (keys.all().length > 1) await retire(deps)
  }
  function tick(): void {
    if (isBusy) return
    isBusy = true
    working = look()
      .catch((error: unknown) => {
        if (!isOutage(error)) log.error('master keys cannot be looked after', { error: String(error) })
      })
      .finally(() => {
        isBusy = false
      })
  }
  return {
    open: follower.open,
    module: {
      name: 'keys',
      slices: [slice(follower)],
      async start() {
        timer = setInterval(tick, LOOK_MS)
        timer.unref()
      },
      async tidy() {
        await deps.store.database.query(
          `update master_key set digest_key = null where digest_key is not null and updated_at < now() - ${DIGEST_KEY_LIFE}`,
        )
      },
      async stop() {
        clearInterval(timer)
        await working
      },
    },
  }
}
