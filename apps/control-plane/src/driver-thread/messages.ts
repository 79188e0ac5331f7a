/** What a driver's thread and the node say to each other. Values are plain data: they are copied. */

/** Says which driver a thread carries. */
export interface DriverSource {
  /** URL of the module, and the name of its function that makes the driver. */
  module: string
  factory: string
  /** Handed to the function. */
  options: unknown
}

export type ToThread =
  | { type: 'call'; id: number; method: string; args: unknown[] }
  /** Nobody waits for the call any more. */
  | { type: 'cancel'; id: number }
  | { type: 'ping' }

export type FromThread =
  | { type: 'ready' }
  | { type: 'pong' }
  | { type: 'value'; id: number; value: unknown }
  | { type: 'error'; id: number; error: PlainError }

/** An error as it crosses the border. */
export interface PlainError {
  name: string
  message: string
  stack?: string
  code?: string
  remedy?: string
  details?: unknown
}

/** Stands in the arguments where the caller's signal was; the thread has one of its own for each call. */
export const SIGNAL = '\0signal'
