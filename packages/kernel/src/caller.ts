import type { Access } from './access/statement.ts'

/** Who asks, and in which account. */
export interface Caller {
  user: string
  /** The account it acts in. */
  account: string
  /** Runs the platform or a zone of it, and so sees the platform's side of things. */
  operator: boolean
  /** What its roles let it do. Without: everything in its own account, or everywhere for operators. */
  access?: Access
  /** The login behind it. */
  session?: string
  /** Or the access key that signed the request. */
  accessKey?: string
  /** For the audit: where the call came from, with what program, its id, and when it began (`performance.now()`). */
  address?: string
  client?: string
  request?: string
  begunAtMs?: number
}

/** The platform itself: sagas, reconcilers. Sees everything. */
export const PLATFORM: Caller = Object.freeze({
  user: '00000000-0000-4000-8000-000000000000',
  account: '00000000-0000-4000-8000-000000000000',
  operator: true,
})
