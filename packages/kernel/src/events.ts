/**
 * The event stream. The cursor is (xid, seq) read below the oldest transaction still open, because sequence numbers commit out of
 * order: a reader that remembers its cursor cannot skip an event.
 */
import { surroundingsSql } from './access/surroundings.ts'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'
import { invalidField } from './problem.ts'
import { OLDEST_XID } from './restored.ts'
import type { Store } from './store.ts'
import { viewOfColumns } from './view.ts'
import { mayRead } from './visibility.ts'

export interface ResourceEvent {
  /** Cursor to go on from. */
  cursor: string
  kind: string
  resource: string
  change: 'created' | 'updated' | 'deleted'
  at: string
  /** The resource after the change; before it when it was deleted. */
  data: Row
}

interface EventRow extends Row {
  xid: string
  seq: number
  at: string
  kind: string
  resource: string
  account: string | null
  change: ResourceEvent['change']
  data: Row
  /** Of the account; only where rights in domains make it matter. */
  path: string | null
  shared: boolean | null
}

export interface EventFilter {
  kinds?: readonly string[]
  resource?: string
}

export interface Events {
  /** Cursor of now: what comes later is new. */
  now(): Promise<string>
  /** Cursor behind which everything that happened since a time (RFC 3339) comes. */
  before(time: string): Promise<string>
  /** What the caller may see after the cursor, oldest first, and the cursor to go on from. */
  read(
    caller: Caller,
    cursor: string,
    filter?: EventFilter,
  ): Promise<{ events: ResourceEvent[]; cursor: string; more: boolean }>
}

const BATCH = 500
const MAX_XID = 2n ** 64n - 1n

/** A cursor that was given out before the database was copied to this PostgreSQL is ahead of it: what it had seen is old. */
const HERE = `case when $1::xid8 > pg_snapshot_xmax(pg_current_snapshot()) then '${OLDEST_XID}'::xid8 else $1::xid8 end`

function decode(cursor: string): [string, number] {
  const match = /^(\d{1,20})-(\d{1,15})$/.exec(cursor)
  if (!match || BigInt(match[1] as string) > MAX_XID)
    throw invalidField(
      'Last-Event-ID',
      'is not a cursor of this stream',
      'Take it from the id of an event, or leave it out to start now.',
    )
  return [match[1] as string, Number(match[2])]
}

export function createEvents(store: Store): Events {
  const { database, catalogue } = store
  const known = new Set(catalogue.resources.map((resource) => resource.kind))
  const shareable = catalogue.resources.filter((resource) => resource.shareable).map((resource) => resource.kind)

  function render(row: EventRow, caller: Caller): ResourceEvent[] {
    if (!known.has(row.kind)) return []
    const resource = catalogue.resource(row.kind)
    if (!mayRead(resource, row.account, row.data, caller, row)) return []
    const { kind, change, at } = row
    return [
      {
        cursor: `${row.xid}-${row.seq}`,
        kind,
        resource: row.resource,
        change,
        at,
        data: viewOfColumns(resource, row.data, caller),
      },
    ]
  }

  return {
    async now() {
      const [row] = await database.query<{ xid: string; seq: number }>(
        `select xid::text, seq from event where event.xid < pg_snapshot_xmin(pg_current_snapshot()) order by event.xid desc, event.seq desc limit 1`,
      )
      return row ? `${row.xid}-${row.seq}` : '0-0'
    },
    async before(time) {
      const [row] = await database.query<{ xid: string; seq: number }>(
        'select xid::text, seq from event where at < $1::timestamptz order by event.xid desc, event.seq desc limit 1',
        [time],
      )
      return row ? `${row.xid}-${row.seq}` : '0-0'
    },
    async read(caller, cursor, filter = {}) {
      const [xid, seq] = decode(cursor)
      const values: unknown[] = [xid, seq, filter.kinds ?? null, filter.resource ?? null]
      const rows = await database.query<EventRow>(
        `select xid::text, seq, at, kind, resource, account, change, data, ${surroundingsSql(caller, shareable, values)} from event
          where (xid, seq) > (${HERE}, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
            and ($3::text[] is null or kind = any($3)) and ($4::uuid is null or resource = $4)
          order by event.xid, event.seq limit ${BATCH}`,
        values,
      )
      const last = rows.at(-1)
      return {
        events: rows.flatMap((row) => render(row, caller)),
        cursor: last ? `${last.xid}-${last.seq}` : cursor,
        more: rows.length === BATCH,
      }
    },
  }
}
