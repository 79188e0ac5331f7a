/** Who asks. Operators run the platform; everybody else sees what their account owns and what is offered to all. */
export interface Caller {
  user: string
  account: string
  operator: boolean
  /** The login behind it. */
  session?: string
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
