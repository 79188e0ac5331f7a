/** The header of an import: which column fills in which field. */
import {
  type CsvColumn,
  type FieldProblem,
  type FieldSpec,
  importColumns,
  type Resource,
  similar,
} from '@basalt/resource'
import { invalid } from '../problem.ts'

export interface Header {
  /** By place; null where a column is not taken. */
  columns: (CsvColumn | null)[]
  /** Names of columns that only an export has. */
  ignored: string[]
}

/** Objects may also be one column, as JSON. */
function wholes(resource: Resource): CsvColumn[] {
  const input: Record<string, FieldSpec> = resource.actions.create?.input ?? {}
  return Object.entries(input).map(([name, spec]) => ({ name, spec, required: false }))
}

function problemOf(name: string, known: readonly string[]): FieldProblem {
  const close = similar(name, known)
  return {
    field: name,
    message: 'is no column of this kind',
    remedy:
      close.length > 0 ? `Did you mean ${close.join(' or ')}?` : 'Leave it out, or take the names of the template.',
  }
}

/** Required columns that are neither there nor part of an object that is there as a whole. */
const missing = (wanted: readonly CsvColumn[], given: ReadonlySet<string>): FieldProblem[] =>
  wanted
    .filter(({ name, required }) => required && !given.has(name) && !given.has(name.split('.')[0] ?? ''))
    .map(({ name }) => ({ field: name, message: 'is missing', remedy: `Add a column "${name}".` }))

/** @throws Problem naming every column that is unknown, missing or there twice */
export function headerOf(resource: Resource, cells: readonly string[]): Header {
  const wanted = importColumns(resource)
  const byName = new Map([...wholes(resource), ...wanted].map((column) => [column.name, column]))
  const given = new Set<string>()
  const problems: FieldProblem[] = []
  const ignored: string[] = []
  const columns = cells.map((cell, place): CsvColumn | null => {
    const name = cell.trim()
    const column = byName.get(name)
    if (name === '')
      problems.push({ field: `column ${place + 1}`, message: 'has no name', remedy: 'Name it, or take it out.' })
    else if (given.has(name)) problems.push({ field: name, message: 'is there twice', remedy: 'Take one of them out.' })
    else if (!column && Object.hasOwn(resource.fields, name.split('.')[0] ?? '')) ignored.push(name)
    else if (!column) problems.push(problemOf(name, [...byName.keys()]))
    given.add(name)
    return column ?? null
  })
  problems.push(...missing(wanted, given))
  if (problems.length > 0) throw invalid(problems, 'The columns are wrong; nothing was made.')
  return { columns, ignored }
}
