import { type DomainRef, writeDomain } from './domain-ref.ts'
import { openSession, type SessionOptions } from './session.ts'
import type { LibvirtStream } from './stream.ts'

/** Which console to open, and what to do when it is in use. */
export interface ConsoleOptions {
  /** Alias of the console, serial or parallel device, such as `serial0`. The first console when not given. */
  device?: string
  /** Takes the console over from whoever has it open; otherwise opening it a second time fails. */
  force?: boolean
  timeoutMs?: number
}

const FORCE = 1

/** Opens a domain's console on a connection of its own, which ends with the stream. */
export async function openConsole(
  session: SessionOptions,
  domain: DomainRef,
  { device, force, timeoutMs }: ConsoleOptions,
): Promise<LibvirtStream> {
  // A reader that pauses would leave the daemon's pings unanswered, so this connection does without keepalive.
  const connection = await openSession(
    { ...session, keepalive: undefined },
    { onEvent: () => undefined, onEnd: () => undefined },
  )
  try {
    const stream = await connection.openStream(
      'domainOpenConsole',
      (w) =>
        writeDomain(w, domain)
          .optional(device, (alias) => w.string(alias))
          .uint32(force ? FORCE : 0),
      timeoutMs,
    )
    return stream.once('close', () => connection.close())
  } catch (error) {
    connection.close()
    throw error
  }
}
