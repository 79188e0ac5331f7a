/**
 * Attempts to log in, counted in the database for all nodes together: a guesser who asks several gets no more than one who asks one.
 * Each key has the time at which it will have paid for all its attempts (the generic cell rate algorithm, ITU-T I.371); who would owe
 * more than a minute is refused. Keys are kept as keyed digests: what people type for a user name is now and then a password.
 */
import type { Store } from '@basalt/kernel'

export interface Attempts {
  /** Takes one; resolves with 0, or with the seconds after which there is one again. */
  take(key: string): Promise<number>
  /** Gives one back. */
  give(key: string): Promise<void>
  forget(key: string): Promise<void>
}

const MINUTE_S = 60

const TAKE = `with taken as (
  insert into attempt as a (key, due) values ($1, clock_timestamp() + make_interval(secs => $2))
  on conflict (key) do update set due = greatest(a.due, clock_timestamp()) + make_interval(secs => $2)
  where a.due <= clock_timestamp() + make_interval(secs => ${MINUTE_S} - $2::float8) returning key)
select exists (select from taken) as taken, (select extract(epoch from due - clock_timestamp())::float8 from attempt where key = $1) as "owedS"`

interface Taken extends Record<string, unknown> {
  taken: boolean
  /** As it was before; null when there was no attempt. */
  owedS: number | null
}

/** @param name tells these attempts from others @param perMinute asked for each time, so that a change counts at once */
export function createAttempts({ database, digest }: Store, name: string, perMinute: () => number): Attempts {
  /** Without the master key's id, which the key would be forgotten with. */
  const keyOf = (key: string): string => `${name} ${digest(key).split('.').at(-1)}`
  return {
    async take(key) {
      const stepS = MINUTE_S / perMinute()
      const [row] = await database.query<Taken>(TAKE, [keyOf(key), stepS])
      if (!row || row.taken) return 0
      return Math.max(1, Math.ceil((row.owedS ?? 0) + stepS - MINUTE_S))
    },
    async give(key) {
      await database.query('update attempt set due = due - make_interval(secs => $2) where key = $1', [
        keyOf(key),
        MINUTE_S / perMinute(),
      ])
    },
    async forget(key) {
      await database.query('delete from attempt where key = $1', [keyOf(key)])
    },
  }
}
