/**
 * The values of settings on this node, as the database has them. A change made through this node counts before it is answered;
 * one made through another node is told by NOTIFY, and found by looking now and then should that get lost.
 */
import { isDeepStrictEqual } from 'node:util'
import { type Setting, settingProblems } from '@basalt/resource'
import type { Operation, Unit } from '../operations.ts'
import type { Store } from '../store.ts'
import { seedSettings } from './seed.ts'
import type { SettingScope, Settings } from './settings.ts'

export interface LiveSettings extends Settings {
  /** Every setting of this program; empty before `start`. */
  definitions(): readonly Setting[]
  /** Bring the database's rows up to date with the definitions, read the values, and follow changes from now on. */
  start(definitions: readonly Setting[]): Promise<void>
  stop(): void
  /** Read the values anew; what was committed before the call counts when it resolves. */
  refresh(): Promise<void>
  /** The same store, on which a commit that changes settings resolves when they count on this node. */
  watching(store: Store): Store
}

export interface LiveOptions {
  store: Store
  /** How often to look for changes that nobody told of. */
  pollMs?: number
  onError(error: unknown): void
}

const CHANNEL = 'basalt_settings'
const POLL_MS = 5_000

interface Snapshot {
  values: Map<string, unknown>
  /** By scope, then by name. */
  overrides: Map<string, Map<string, unknown>>
}

const keyOf = ({ kind, id }: SettingScope): string => `${kind}/${id}`
const NOTHING: Snapshot = { values: new Map(), overrides: new Map() }

async function read({ database }: Store, definitions: readonly Setting[]): Promise<Snapshot> {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]))
  // A value that this program does not understand, as while nodes are upgraded one by one, does not count here.
  const counts = (name: string, value: unknown): boolean => {
    const definition = byName.get(name)
    return definition !== undefined && settingProblems(definition, value, name).length === 0
  }
  const [rows, own] = await Promise.all([
    database.query<{ name: string; value: unknown }>('select name, value from setting where changed'),
    database.query<{ name: string; kind: string; id: string; value: unknown }>(
      'select name, target_kind as kind, target as id, value from setting_override',
    ),
  ])
  const overrides: Snapshot['overrides'] = new Map()
  for (const { name, kind, id, value } of own.filter((row) => counts(row.name, row.value))) {
    const key = keyOf({ kind, id })
    overrides.set(key, (overrides.get(key) ?? new Map()).set(name, value))
  }
  return {
    values: new Map(rows.filter((row) => counts(row.name, row.value)).map((row) => [row.name, row.value])),
    overrides,
  }
}

/** Differs after any change of any value. */
const FINGERPRINT = `select (select array[count(*), sum(version)]::text || max(updated_at)::text from setting) as settings,
  (select array[count(*), sum(version)]::text || max(updated_at)::text from setting_override) as overrides`

const concerns = (operation: Operation): boolean =>
  'kind' in operation && ['setting', 'settingOverride'].includes(operation.kind) && operation.op !== 'require'

/** Runs `work` one at a time; who asks while it runs waits for the next run, since the present one may have begun too early. */
function createRerun(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    running = work().finally(() => {
      running = undefined
    })
    return running
  }
  return () => {
    if (!running) return begin()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined
        return begin()
      })
    return next
  }
}

export function createLiveSettings({ store, pollMs = POLL_MS, onError }: LiveOptions): LiveSettings {
  const { database } = store
  let definitions: readonly Setting[] = []
  let snapshot = NOTHING
  let seen: unknown
  let stopFollowing = (): void => {}

  const refresh = createRerun(async () => {
    // Looked at first: what changes in between is read again, rather than missed.
    ;[seen] = await database.query(FINGERPRINT)
    snapshot = await read(store, definitions)
  })

  async function look(): Promise<void> {
    const [now] = await database.query(FINGERPRINT)
    if (!isDeepStrictEqual(now, seen)) await refresh()
  }

  /** It is durable: whatever fails here is made good by the next look, on this node as on the others. */
  async function changed(): Promise<void> {
    await refresh()
    await database.query('select pg_notify($1, $2)', [CHANNEL, ''])
  }

  function follow(): () => void {
    const stopListening = database.listen(CHANNEL, () => void refresh().catch(onError))
    const timer = setInterval(() => void look().catch(onError), pollMs)
    timer.unref()
    return () => {
      clearInterval(timer)
      stopListening()
    }
  }

  return {
    definitions: () => definitions,
    get<T>(setting: Setting<T>, ...scopes: SettingScope[]): T {
      for (const scope of scopes) {
        const own = snapshot.overrides.get(keyOf(scope))
        if (own?.has(setting.name)) return own.get(setting.name) as T
      }
      return (snapshot.values.has(setting.name) ? snapshot.values.get(setting.name) : setting.default) as T
    },
    async start(all) {
      stopFollowing()
      definitions = all
      await seedSettings(store, definitions)
      stopFollowing = follow()
      await refresh()
    },
    stop: () => stopFollowing(),
    refresh,
    watching: (watched) => ({
      ...watched,
      async commit(unit: Unit) {
        await watched.commit(unit)
        if (unit.some(concerns)) await changed().catch(onError)
      },
    }),
  }
}
