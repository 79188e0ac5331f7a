/** A yardstick: a bare `node:http` or `node:https` server in a process of its own, which says the same to whatever it is asked. */
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'

export type Scheme = 'http' | 'https'

export interface EchoAddress {
  url: string
  /** PEM of the authority that vouches for it; none without TLS. */
  ca?: string
}

export type Echo = Child<Scheme, EchoAddress>

export const startEcho = (): Echo => startChild(join(import.meta.dirname, 'echo-process.ts'))
