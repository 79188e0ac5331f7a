/**
 * Attempts to log in, counted in the database for all nodes together: a guesser who asks several gets no more than one who asks one.
 * Each key has the time at which it will have paid for all its attempts (the generic cell rate algorithm, ITU-T I.371); who would owe
 * more than a minute is refused. Keys are kept as keyed digests: what people type for a user name is now and then a password.
 *
 * Attempts that come together are one statement. What it tells is remembered, so that the database is not asked again about those who
 * have no attempt left.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { outlastDeadlock, type Store } from '@basalt/kernel'
import { createDebts } from './debts.ts'

/** One of the things that an attempt is counted for. */
export interface Charge {
  /** Tells these from others. */
  name: string
  key: string
  /** What an attempt costs: a minute divided by how many there may be. */
  seconds: number
  /** A place: nothing is charged to who is known there. */
  unlessKnown?: string
  /** Whoever is forgiven owes nothing of it any more, rather than one less. */
  clears?: boolean
}

export interface Taken {
  /** It was no guess: gives back what was charged. */
  forgive(): Promise<void>
}

export interface Attempts {
  /** Takes one of all or of none. Resolves with the seconds after which there is one again where there is none. */
  take(charges: readonly Charge[]): Promise<Taken | number>
  /** The seconds after which there is one again; 0 when there is, as far as this node knows. */
  wait(charge: Charge): number
  /** From now on somebody is known at this place; each call renews it. */
  know(place: string): Promise<void>
}

const MINUTE_S = 60
const KNOWN_DAYS = 90
const KNOWN = 'known'

/** In the order of the keys, so that two statements do not wait for each other. */
const TAKE = `with asked as materialized (
  select a.key, a.seconds from unnest($1::text[], $2::float8[], $3::text[]) as a (key, seconds, place)
   where not exists (select from attempt k where k.key = a.place and k.due > now()) order by a.key),
taken as (
  insert into attempt as t (key, due) select key, now() + make_interval(secs => seconds) from asked
  on conflict (key) do update set due = greatest(t.due, now()) + (excluded.due - now())
  where t.due <= now() + interval '${MINUTE_S} s' - (excluded.due - now()) returning key, due)
select a.key, t.key is not null as taken, extract(epoch from coalesce(t.due, b.due) - now())::float8 as "owedS"
  from asked a left join taken t using (key) left join attempt b on b.key = a.key`

const GIVE = `update attempt t set due = t.due - make_interval(secs => g.seconds) from (
  select key, a.seconds from attempt join unnest($1::text[], $2::float8[]) as a (key, seconds) using (key)
   order by key for update of attempt) g where g.key = t.key`

const KNOW = `insert into attempt (key, due) values ($1, now() + interval '${KNOWN_DAYS} days')
  on conflict (key) do update set due = excluded.due`

interface Row extends Record<string, unknown> {
  key: string
  taken: boolean
  /** Null when another node has made it meanwhile. */
  owedS: number | null
}

/** With the key of its row. */
type Counted = Charge & { row: string }

interface Waiting {
  charges: readonly Counted[]
  resolve(taken: Taken | number): void
  reject(error: unknown): void
}

/** From the front, those that have no key in common: a statement changes a row once. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  const rows = new Set<string>()
  const batch = waiting.filter(({ charges }) => {
    if (charges.some(({ row }) => rows.has(row))) return false
    for (const { row } of charges) rows.add(row)
    return true
  })
  for (const each of batch) waiting.splice(waiting.indexOf(each), 1)
  return batch
}

/** Of the debt of a user name it is remembered who is refused for it: others may be known where they are. */
const memoryKey = ({ name, key, unlessKnown }: Charge): string => `${name} ${unlessKnown ?? key}`

const forgiven = (charge: Counted): Counted => (charge.clears ? { ...charge, seconds: MINUTE_S } : charge)

/** @param gatherMs how long there is time for others to join in; asked for each time */
export function createAttempts({ database, digest }: Store, gatherMs: () => number): Attempts {
  /** Without the master key's id, which the key would be forgotten with. */
  const rowOf = (name: string, key: string): string => `${name} ${digest(key).split('.').at(-1)}`
  const debts = createDebts(MINUTE_S)
  const waiting: Waiting[] = []
  let isAsking = false
  const waitFor = (charge: Charge): number => debts.wait(memoryKey(charge), charge.seconds)

  async function give(charges: readonly Counted[]): Promise<void> {
    if (charges.length === 0) return
    for (const charge of charges) debts.pay(memoryKey(charge), charge.seconds)
    const values = [charges.map(({ row }) => row), charges.map(({ seconds }) => seconds)]
    await outlastDeadlock(() => database.query(GIVE, values))
  }

  /** What became of an attempt; without a row nothing was charged. */
  async function settle({ charges, resolve }: Waiting, rows: ReadonlyMap<string, Row>): Promise<void> {
    const [taken, waits]: [Counted[], number[]] = [[], []]
    for (const charge of charges) {
      const row = rows.get(charge.row)
      if (!row) continue
      const owedS = row.owedS ?? 0
      if (!row.taken || !charge.unlessKnown) debts.set(memoryKey(charge), owedS)
      if (row.taken) taken.push(charge)
      else waits.push(Math.max(1, Math.ceil(owedS + charge.seconds - MINUTE_S)))
    }
    if (waits.length === 0) return resolve({ forgive: () => give(taken.map(forgiven)) })
    await give(taken)
    resolve(Math.max(...waits))
  }

  async function ask(batch: readonly Waiting[]): Promise<void> {
    const charges = batch.flatMap((each) => each.charges)
    const places = charges.map(({ unlessKnown }) => (unlessKnown ? rowOf(KNOWN, unlessKnown) : null))
    const values = [charges.map(({ row }) => row), charges.map(({ seconds }) => seconds), places]
    try {
      const answer = await outlastDeadlock(() => database.query<Row>(TAKE, values))
      const rows = new Map(answer.map((row) => [row.key, row]))
      await Promise.all(batch.map((each) => settle(each, rows)))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  /** Those of whom it has become known that they have none left. */
  function refuse(): void {
    for (const each of [...waiting]) {
      const seconds = Math.ceil(Math.max(...each.charges.map(waitFor)))
      if (seconds === 0) continue
      waiting.splice(waiting.indexOf(each), 1)
      each.resolve(seconds)
    }
  }

  async function drain(): Promise<void> {
    if (isAsking) return
    isAsking = true
    while (waiting.length > 0) {
      const ms = gatherMs()
      await (ms > 0 ? sleep(ms) : nextTurn())
      refuse()
      const batch = takeBatch(waiting)
      if (batch.length > 0) await ask(batch)
    }
    isAsking = false
  }

  return {
    wait: (charge) => Math.ceil(waitFor(charge)),
    take: (charges) =>
      new Promise((resolve, reject) => {
        const counted = charges.map((charge) => ({ ...charge, row: rowOf(charge.name, charge.key) }))
        waiting.push({ charges: counted, resolve, reject })
        void drain()
      }),
    async know(place) {
      await database.query(KNOW, [rowOf(KNOWN, place)])
    },
  }
}
