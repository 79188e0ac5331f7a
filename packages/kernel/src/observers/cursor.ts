/** Where each observer has come to, and which node tells it at the moment: a row each, taken for a while. */
import type { Database } from '../database.ts'

export interface Cursors {
  /** Take the observer; where it has come to, or null while another node has it. It begins with now when it was never there. */
  take(name: string, now: () => Promise<string>): Promise<string | null>
  /** It has come to `cursor`. False when another node has taken it meanwhile. */
  advance(name: string, cursor: string): Promise<boolean>
  /** Let another node have it at once. */
  release(name: string): Promise<void>
}

const UNTIL = `clock_timestamp() + interval '30 seconds'`

export function createCursors(database: Database, node: string): Cursors {
  const taking = async (name: string): Promise<string | undefined> => {
    const [row] = await database.query<{ cursor: string }>(
      `update observer set taken_by = $2, taken_until = ${UNTIL}
        where name = $1 and (taken_by = $2 or taken_until is null or taken_until < clock_timestamp()) returning cursor`,
      [name, node],
    )
    return row?.cursor
  }
  return {
    async take(name, now) {
      const taken = await taking(name)
      if (taken !== undefined) return taken
      const [known] = await database.query('select 1 as one from observer where name = $1', [name])
      if (known) return null
      await database.query('insert into observer (name, cursor) values ($1, $2) on conflict do nothing', [
        name,
        await now(),
      ])
      return (await taking(name)) ?? null
    },
    async advance(name, cursor) {
      const rows = await database.query(
        `update observer set cursor = $3, taken_until = ${UNTIL} where name = $1 and taken_by = $2 returning name`,
        [name, node, cursor],
      )
      return rows.length > 0
    },
    async release(name) {
      await database.query('update observer set taken_until = null where name = $1 and taken_by = $2', [name, node])
    },
  }
}
