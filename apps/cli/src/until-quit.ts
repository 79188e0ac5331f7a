/** Work that goes on until the user has enough of it: `q` or Ctrl-C on a terminal, a signal elsewhere. */
import type { Terminal } from './terminal.ts'

const CTRL_C = 0x03
const CTRL_D = 0x04
const QUIT: ReadonlySet<number> = new Set([CTRL_C, CTRL_D, ...Buffer.from('qQ')])

/** Keys come one by one, and Ctrl-C as one of them. @returns how to end that */
function onKeys({ in: input, out }: Terminal, quit: () => void): () => void {
  if (!input.isTTY || !out.isTTY) return () => {}
  const onData = (bytes: Buffer): void => {
    if ([...bytes].some((byte) => QUIT.has(byte))) quit()
  }
  input.setRawMode(true)
  input.on('data', onData)
  input.resume()
  return () => {
    input.off('data', onData)
    input.setRawMode(false)
    input.pause()
  }
}

/**
 * Runs `work`, whose signal aborts when the user ends it: that is how it is meant to end, and no error.
 * @returns what the work came to; undefined when it was ended
 */
export async function untilQuit<T>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const stop = new AbortController()
  const quit = (): void => stop.abort()
  const endKeys = onKeys(terminal, quit)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, quit)
  try {
    return await work(stop.signal)
  } catch (error) {
    if (!stop.signal.aborted) throw error
    return undefined
  } finally {
    endKeys()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, quit)
  }
}
