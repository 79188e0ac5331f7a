/** Lines that come together are written together: a busy server must not pay a system call for each. */

const FLUSH_MS = 20
const MAX_BYTES = 64 * 1024

/** @returns writes a line soon, and at the latest when the process exits */
export function createLineWriter(
  write: (text: string) => void = (text) => void process.stderr.write(text),
): (line: string) => void {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const text = waiting
    waiting = ''
    if (text) write(text)
  }
  process.on('exit', flush)
  return (line) => {
    waiting += line
    if (waiting.length >= MAX_BYTES) flush()
    else timer ??= setTimeout(flush, FLUSH_MS)
  }
}
