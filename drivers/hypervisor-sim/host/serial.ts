import { Duplex } from 'node:stream'

/** What a simulated guest shows on its serial console. */
export interface SerialConsole {
  /** The guest prints. */
  print(text: string): void
  /** It starts anew: what it printed before is forgotten. */
  clear(): void
  /** The last `maxBytes` of all it printed since it started. */
  log(maxBytes: number): { text: string; truncated: boolean }
  /** Plug in a terminal: it gets the login prompt, what it types is echoed. */
  open(): Duplex
  /** The guest is gone: terminals end. */
  hangUp(): void
}

const KEPT_BYTES = 256 * 1024

/** The console of a guest whose prompt shows `hostname`. */
export function createSerialConsole(hostname: string): SerialConsole {
  const terminals = new Set<Duplex>()
  let printed = Buffer.alloc(0)
  let dropped = false

  function print(text: string): void {
    const bytes = Buffer.from(text)
    const all = Buffer.concat([printed, bytes])
    dropped ||= all.length > KEPT_BYTES
    printed = all.subarray(Math.max(0, all.length - KEPT_BYTES))
    for (const terminal of terminals) terminal.push(bytes)
  }

  function end(terminal: Duplex): void {
    if (terminals.delete(terminal)) terminal.push(null)
  }

  return {
    print,
    clear() {
      printed = Buffer.alloc(0)
      dropped = false
    },
    log(maxBytes) {
      const from = Math.max(0, printed.length - maxBytes)
      return { text: printed.subarray(from).toString('utf8'), truncated: dropped || from > 0 }
    },
    open() {
      const terminal = new Duplex({
        read() {},
        write(chunk: Buffer, _encoding, done) {
          print(echo(chunk.toString('utf8'), hostname))
          done()
        },
        final(done) {
          end(terminal)
          done()
        },
      })
      terminals.add(terminal)
      terminal.once('close', () => void terminals.delete(terminal))
      terminal.push(loginPrompt(hostname))
      return terminal
    },
    hangUp() {
      for (const terminal of terminals) end(terminal)
    },
  }
}

/** What a guest prints when it boots. */
export function bootText(hostname: string): string {
  return `Simulated guest ${hostname} starts.\r\n${loginPrompt(hostname)}`
}

function loginPrompt(hostname: string): string {
  return `\r\n${hostname} login: `
}

function echo(typed: string, hostname: string): string {
  return typed.replaceAll('\r\n', '\r').replaceAll(/[\r\n]/g, loginPrompt(hostname))
}
