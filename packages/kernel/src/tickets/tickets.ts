/** One-time tickets in the database, so that any node honours what another one issued. Kept by their hash alone. */
import { createHash, randomBytes } from 'node:crypto'
import type { Database, Row } from '../database.ts'

export interface Tickets {
  /** A new ticket; shown once. Give `hash` for a secret that was made elsewhere. */
  issue(ticket: {
    purpose: string
    facts: Row
    seconds: number
    hash?: string
  }): Promise<{ secret: string; expiresAt: string }>
  /** What a ticket stands for; it is used up by asking. Null when it is unknown, used, expired or of another purpose. */
  redeem<Facts extends Row>(purpose: string, by: { secret: string } | { hash: string }): Promise<Facts | null>
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export function createTickets(database: Database): Tickets {
  return {
    async issue({ purpose, facts, seconds, hash }) {
      const secret = randomBytes(32).toString('base64url')
      const [row] = await database.query<{ expires_at: string }>(
        `insert into ticket (hash, purpose, facts, expires_at) values ($1, $2, $3, clock_timestamp() + $4::int * interval '1 second') returning expires_at`,
        [hash ?? hashOf(secret), purpose, JSON.stringify(facts), seconds],
      )
      return { secret, expiresAt: row?.expires_at ?? '' }
    },
    async redeem<Facts extends Row>(purpose: string, by: { secret: string } | { hash: string }) {
      const [row] = await database.query<{ facts: Facts; valid: boolean }>(
        'delete from ticket where hash = $1 and purpose = $2 returning facts, expires_at > clock_timestamp() as valid',
        ['hash' in by ? by.hash : hashOf(by.secret), purpose],
      )
      return row?.valid ? row.facts : null
    },
  }
}
