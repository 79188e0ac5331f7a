/** A yardstick: a bare `node:http` server in a process of its own, without TLS. */
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'

export type Echo = Child<'url', string>

export const startEcho = (): Echo => startChild(join(import.meta.dirname, 'echo-process.ts'))
