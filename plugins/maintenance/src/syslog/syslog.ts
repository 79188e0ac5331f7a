/** Sends notices to a syslog server over TCP, framed by their length (RFC 6587). */
import { createConnection } from 'node:net'
import { hostname } from 'node:os'
import type { Notice, Notifier } from '@basalt/plugin'
import { syslogMessage } from './message.ts'

export interface SyslogTarget {
  host: string
  port: number
}

/** Resolves when the server has taken the bytes and closed the connection in order; it is tried again otherwise. */
function send({ host, port }: SyslogTarget, frame: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, signal }, () => socket.end(frame))
    socket.on('error', (error) => reject(new Error(`syslog at ${host}:${port}: ${error.message}`, { cause: error })))
    socket.on('close', (failed) => !failed && resolve())
    socket.resume()
  })
}

/** Of windows it tells everything, of the rest what has failed. */
const isWanted = ({ severity, event }: Notice): boolean => event.kind === 'maintenanceWindow' || severity === 'error'

export const syslog = (target: SyslogTarget): Notifier => ({
  name: 'syslog',
  wants: isWanted,
  async notify(notice, signal) {
    const message = Buffer.from(syslogMessage(notice, hostname()))
    await send(target, Buffer.concat([Buffer.from(`${message.length} `), message]), signal)
  },
})
