/** Rows of a file → bodies of creates, each with the line it is from, or with what is wrong with it. */
import type { CsvColumn, FieldProblem } from '@basalt/resource'
import type { Row } from '../database.ts'
import { invalid, type Problem } from '../problem.ts'
import { CellError, cellValue } from './cell-value.ts'
import type { Header } from './columns.ts'
import type { Names } from './names.ts'
import type { CsvRow } from './parse.ts'

export interface Line {
  line: number
  body?: Row
  problem?: Problem
}

interface Filled extends CsvColumn {
  text: string
}

/** Sets `limits.vms` of a body. */
function put(body: Row, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() as string
  let at = body
  for (const name of names) {
    at[name] ??= {}
    at = at[name] as Row
  }
  at[last] = value
}

/** A column beside another, at the same depth. */
function besideOf(filled: readonly Filled[], path: string): (field: string) => string | undefined {
  const parent = path.slice(0, path.lastIndexOf('.') + 1)
  return (field) => filled.find(({ name }) => name === `${parent}${field}`)?.text.trim()
}

/** An empty cell says nothing: the field is left out. */
const filledOf = ({ columns }: Header, { cells }: CsvRow): Filled[] =>
  columns.flatMap((column, place) => {
    const text = cells[place] ?? ''
    return column && text.trim() !== '' ? [{ ...column, text }] : []
  })

/** Where a resource is comes first: others are looked for by name there. */
const zoneFirst = (filled: readonly Filled[]): Filled[] =>
  [...filled].sort((a, b) => Number(b.name === 'zone') - Number(a.name === 'zone'))

export async function lineOf(header: Header, row: CsvRow, names: Names): Promise<Line> {
  const { line, cells } = row
  if (cells.slice(header.columns.length).some((cell) => cell.trim() !== '')) {
    const message = `has ${cells.length} cells, the header ${header.columns.length}`
    const remedy = 'Put cells with a separator in them in quotes.'
    return { line, problem: invalid([{ field: '', message, remedy }], 'The line does not fit the header.') }
  }
  const body: Row = {}
  const problems: FieldProblem[] = []
  const filled = filledOf(header, row)
  for (const { name, spec, text } of zoneFirst(filled)) {
    const deps = {
      idOf: (kind: string, given: string) => names.idOf(kind, given, body.zone),
      beside: besideOf(filled, name),
    }
    try {
      put(body, name, await cellValue(spec, text, deps))
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      problems.push({ field: name, message: error.message, remedy: error.remedy })
    }
  }
  return problems.length > 0 ? { line, problem: invalid(problems) } : { line, body }
}
