/** A picture on the terminal that is drawn again in place. */
import type { Terminal } from '../terminal.ts'

export interface Screen {
  draw(lines: readonly string[]): void
  /** Leaves what was drawn last, and the cursor below it. */
  close(): void
}

/** Up over what was drawn, then everything below is cleared. */
const back = (lines: number): string => (lines > 0 ? `\u001b[${lines}A\r\u001b[J` : '\r\u001b[J')
const CLEAR_ALL = '\u001b[2J\u001b[H'
/** A line that is wider than the terminal must not go on in the next: it would not be counted. */
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h']
const [HIDE_CURSOR, SHOW_CURSOR] = ['\u001b[?25l', '\u001b[?25h']

/** @param onResize the width has changed: draw again */
export function createScreen({ out }: Pick<Terminal, 'out'>, onResize: () => void): Screen {
  let drawn = 0
  let isMessy = false
  const resized = (): void => {
    // What was drawn for another width has wrapped: where it begins is not known.
    isMessy = true
    onResize()
  }
  out.on('resize', resized)
  out.write(NO_WRAP + HIDE_CURSOR)
  return {
    draw(lines) {
      const room = Math.max(2, (out.rows ?? 24) - 1)
      const [shown, last] = lines.length > room ? [lines.slice(0, room - 1), lines.slice(-1)] : [lines, []]
      const all = [...shown, ...last]
      out.write(`${isMessy ? CLEAR_ALL : back(drawn)}${all.join('\n')}\n`)
      drawn = all.length
      isMessy = false
    },
    close() {
      out.off('resize', resized)
      out.write(WRAP + SHOW_CURSOR)
    },
  }
}
