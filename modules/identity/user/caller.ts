/** From a user's row to whom requests are carried out for: one place for sessions and access keys. */
import { ACCESS_VERSION } from '../access/caller-access.ts'

/** Columns of the table "user" (alias u) that tell who asks, and how new the rights are that count. */
export const CALLER_COLUMNS = `u.id as "user", u.account, ${ACCESS_VERSION} as version`

export interface CallerRow extends Record<string, unknown> {
  user: string
  account: string
  version: number
}
