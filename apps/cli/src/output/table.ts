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
/** A column that is narrower tells little. */
const READABLE = 8

/** Takes from the widest columns until all fit, but not from those that are at their least. */
function shrink(widths: readonly number[], least: readonly number[], available: number): number[] {
  const shrunk = [...widths]
  for (let excess = sum(shrunk) - available; excess > 0; excess--) {
    const spare = shrunk.map((width, at) => (width > (least[at] ?? 0) ? width : 0))
    const widest = Math.max(...spare)
    if (widest === 0) break
    const at = spare.indexOf(widest)
    shrunk[at] = widest - 1
  }
  return shrunk
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

export interface Layout {
  /** Places of the columns that are shown. */
  shown: number[]
  /** Of those, in characters. */
  widths: number[]
}

/**
 * Which columns have room, and how much each gets. They come by importance: the last ones give way, but never the first.
 * @param natural characters that each column would like
 * @param cuttable whether a column may be cut; a state or a name is told whole or not at all
 */
export function layOut(natural: readonly number[], cuttable: readonly boolean[], width: number | undefined): Layout {
  const all = natural.map((_, at) => at)
  if (width === undefined) return { shown: all, widths: [...natural] }
  const least = natural.map((wanted, at) => (cuttable[at] || at === 0 ? Math.min(wanted, READABLE) : wanted))
  const shown = [...all]
  const room = (): number => width - GAP.length * (shown.length - 1)
  const needed = (): number => sum(shown.map((at) => least[at] ?? 0))
  while (shown.length > 1 && needed() > room()) shown.pop()
  const of = (numbers: readonly number[]): number[] => shown.map((at) => numbers[at] ?? 0)
  return { shown, widths: shrink(of(natural), of(least), room()) }
}

function row(cells: readonly Cell[], { shown, widths }: Layout, colors: boolean): string {
  const parts = shown.map((at, place) => {
    const { text = '', style } = cells[at] ?? {}
    const width = widths[place] ?? 0
    const filled = pad(fit(text, width), place === shown.length - 1 ? 0 : width)
    return colors ? styled(filled, style) : filled
  })
  return parts.join(GAP).trimEnd()
}

export interface Table {
  text: string
  /** Headings of the columns that had no room. */
  hidden: string[]
}

/** Headings and rows as lines, and what had no room. Cells with a style are told whole. */
export function layTable(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { width, colors }: TableOptions,
): Table {
  const clean = rows.map((cells) => cells.map(({ text, style }) => ({ text: printable(text), style })))
  const natural = headings.map((heading, at) =>
    clean.reduce((most, cells) => Math.max(most, widthOf(cells[at]?.text ?? '')), widthOf(heading)),
  )
  const cuttable = headings.map((_, at) => clean.every((cells) => cells[at]?.style === undefined))
  const layout = layOut(natural, cuttable, width)
  const head = headings.map((text): Cell => ({ text, style: 'bold' }))
  return {
    text: [head, ...clean].map((cells) => row(cells, layout, colors)).join('\n'),
    hidden: headings.filter((_, at) => !layout.shown.includes(at)),
  }
}

/** Headings and rows as lines. */
export const renderTable = (
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string => layTable(headings, rows, options).text

/** `key  value` lines. Long values are cut where a width is given. */
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
