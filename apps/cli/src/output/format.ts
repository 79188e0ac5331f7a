/** How rows are printed: `--output`. */
import type { Kind, KindField } from '@basalt/resource'
import { type Catalogue, fieldOf, spoken } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { labelOf, type Row } from '../input/references.ts'
import { heading, kebab } from '../words.ts'
import { cellOf, type Names } from './humanize.ts'
import { namesFor } from './names.ts'
import { type Cell, layTable, renderFacts, type Table } from './table.ts'
import { toYaml } from './yaml.ts'

export const FORMATS = ['table', 'wide', 'json', 'yaml', 'name', 'id'] as const
export type Format = (typeof FORMATS)[number]

/** Those that one may like for everything. */
export const PREFERRED_FORMATS = ['table', 'wide', 'json', 'yaml'] as const

/** Whether it is for programs, not for people. */
export const isData = (format: Format): boolean => format !== 'table' && format !== 'wide'

/** Columns to show: those asked for, else those of the kind. */
export function columnsOf(kind: Kind, wanted?: string): KindField[] {
  if (wanted === undefined) return kind.columns.flatMap((name) => fieldOf(kind, name) ?? [])
  if (wanted === 'all') return kind.fields
  return wanted.split(',').map((word) => {
    const name = word.trim()
    const field = kind.fields.find((each) => each.name === name || kebab(each.name) === name)
    if (!field)
      throw usageError(
        `--columns: a ${spoken(kind)} has no field "${name}".`,
        `It has: ${kind.fields.map((each) => each.name).join(', ')}.`,
      )
    return field
  })
}

/**
 * What a path such as `host.name` leads to, under the name of the path. The server has the last word on what there is: what is not known
 * here is shown as it comes.
 */
export function fieldAt(catalogue: Catalogue, kind: Kind, path: string): KindField {
  const [first = '', ...rest] = path.split('.')
  const field = fieldOf(kind, first)
  const relation = (kind.relations ?? []).find((each) => each.name === first && each.to === 'one')
  const target = relation && catalogue.kind(relation.kind)
  if (target && rest.length > 0) return { ...fieldAt(catalogue, target, rest.join('.')), name: path }
  if (field && rest.length === 0) return field
  return { name: path, title: path, type: 'text', doc: '', optional: true, readonly: true, secret: false }
}

function cellsOf(kind: Kind, fields: readonly KindField[], rows: readonly Row[], names: Names): Cell[][] {
  const options = { names, nowMs: Date.now() }
  return rows.map((row) => fields.map((field) => cellOf(kind, field, row, options)))
}

/** A table of some rows, as wide as the terminal. */
export function tableOf(
  { terminal }: Context,
  kind: Kind,
  fields: readonly KindField[],
  rows: readonly Row[],
  names: Names,
): Table {
  const { width, colors } = terminal
  return layTable(fields.map(heading), cellsOf(kind, fields, rows, names), { width, colors })
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** `wide`: the usual columns, the id, and whatever else some row has. */
function wideColumns(kind: Kind, rows: readonly Row[]): KindField[] {
  const usual = columnsOf(kind)
  const names = new Set([...usual.map(({ name }) => name), 'version', 'updatedAt'])
  const more = kind.fields.filter(({ name }) => !names.has(name) && rows.some((row) => !isEmpty(row[name])))
  return [...usual, ...more]
}

/** As data, for programs. Undefined for tables. */
export function dataText(kind: Kind, value: Row | Row[], format: Format): string | undefined {
  switch (format) {
    case 'json':
      return JSON.stringify(value, null, 2)
    case 'yaml':
      return toYaml(value)
    case 'name':
      return [value]
        .flat()
        .map((row) => labelOf(kind, row))
        .join('\n')
    case 'id':
      return [value]
        .flat()
        .map((row) => row.id)
        .join('\n')
    default:
      return undefined
  }
}

export interface RowsOptions {
  format: Format
  /** `--columns`. */
  columns?: string
  /** `--fields`, looked up. */
  fields?: KindField[]
}

/** Print a list. */
export async function printRows(context: Context, kind: Kind, rows: Row[], options: RowsOptions): Promise<void> {
  const { terminal, catalogue } = context
  const { format, columns } = options
  const data = dataText(kind, rows, format)
  if (data !== undefined) return data === '' ? undefined : terminal.print(data)
  if (rows.length === 0) return terminal.note(`There is no ${spoken(kind)} to show.`)
  const isWide = format === 'wide'
  const usual = isWide && columns === undefined ? wideColumns(kind, rows) : columnsOf(kind, columns)
  const fields = options.fields ?? usual
  const names = await namesFor(await context.cloud(), catalogue, fields, rows)
  const { text, hidden } = isWide
    ? layTable(fields.map(heading), cellsOf(kind, fields, rows, names), { colors: terminal.colors })
    : tableOf(context, kind, fields, rows, names)
  terminal.print(text)
  if (hidden.length > 0) terminal.note(`No room for: ${hidden.join(', ')}. Everything: -o wide; some: --columns a,b`)
}

/** What it is and how it is, then the rest. */
function mostTellingFirst({ fields }: Kind): KindField[] {
  const telling = (field: KindField): boolean => ['name', 'id', 'cause'].includes(field.name) || field.type === 'state'
  const byName = (name: string) => fields.filter((field) => field.name === name)
  const state = fields.filter((field) => field.type === 'state')
  return [
    ...byName('name'),
    ...byName('id'),
    ...state,
    ...byName('cause'),
    ...fields.filter((field) => !telling(field)),
  ]
}

/** `key  value` lines of one resource. @param chosen fields to show, also empty ones; what has a value when absent */
export async function factsOf(context: Context, kind: Kind, row: Row, chosen?: readonly KindField[]): Promise<string> {
  const { terminal, catalogue } = context
  const fields = chosen ?? mostTellingFirst(kind).filter((field) => !isEmpty(row[field.name]))
  const names = await namesFor(await context.cloud(), catalogue, fields, [row])
  const options = { names, nowMs: Date.now(), exact: true }
  const facts = fields.map((field): [string, Cell] => [heading(field).toLowerCase(), cellOf(kind, field, row, options)])
  return renderFacts(facts, { colors: terminal.colors })
}

/** Print one resource with all its fields. */
export async function printRow(context: Context, kind: Kind, row: Row, format: Format): Promise<void> {
  context.terminal.print(dataText(kind, row, format) ?? (await factsOf(context, kind, row)))
}
