/** Tables that fit the terminal. */
import { fit, pad, printable, type Style, styled, widthOf } from './text.ts'

export interface Cell {
  text: string
  style?: Style
}

export interface TableOptions {
  /** Columns of the terminal; nothing is cut when undefined. */
  width?: number
  colors: boolean
}

const GAP = '  '
const LEAST = 6

/** Takes from the widest columns until all fit, down to `LEAST` each. */
function shrink(widths: number[], available: number): number[] {
  const shrunk = [...widths]
  let excess = shrunk.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    const widest = Math.max(...shrunk)
    if (widest <= LEAST) break
    shrunk[shrunk.indexOf(widest)] = widest - 1
    excess--
  }
  return shrunk
}

function row(cells: readonly Cell[], widths: readonly number[], colors: boolean): string {
  const parts = cells.map(({ text, style }, at) => {
    const width = widths[at] ?? 0
    const filled = pad(fit(text, width), at === cells.length - 1 ? 0 : width)
    return colors ? styled(filled, style) : filled
  })
  return parts.join(GAP).trimEnd()
}

/** Headings and rows as lines. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string {
  const clean = rows.map((cells) => cells.map(({ text, style }) => ({ text: printable(text), style })))
  const natural = headings.map((heading, at) =>
    Math.max(widthOf(heading), ...clean.map((cells) => widthOf(cells[at]?.text ?? ''))),
  )
  const available = options.width === undefined ? undefined : options.width - GAP.length * (headings.length - 1)
  const widths = available === undefined ? natural : shrink(natural, available)
  const head = headings.map((text): Cell => ({ text, style: 'bold' }))
  return [head, ...clean].map((cells) => row(cells, widths, options.colors)).join('\n')
}

/** `key  value` lines. */
export function renderFacts(facts: readonly (readonly [string, Cell])[], options: TableOptions): string {
  const width = Math.max(...facts.map(([name]) => widthOf(name)))
  return facts
    .map(([name, { text, style }]) => {
      const key = pad(name, width)
      const value = printable(text)
      return options.colors ? `${styled(key, 'dim')}${GAP}${styled(value, style)}` : `${key}${GAP}${value}`
    })
    .join('\n')
}
