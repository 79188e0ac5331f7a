/** How rows are printed: `--output`. */
import type { Kind, KindField } from '@basalt/resource'
import { type Catalogue, fieldOf, spoken } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { labelOf, type Row } from '../input/references.ts'
import { heading, kebab } from '../words.ts'
import { cellOf, type Names } from './humanize.ts'
import { namesFor } from './names.ts'
import { type Cell, renderFacts, renderTable } from './table.ts'
import { toYaml } from './yaml.ts'

export const FORMATS = ['table', 'json', 'yaml', 'name', 'id'] as const
export type Format = (typeof FORMATS)[number]

/** Columns to show: those asked for, else those of the kind. */
export function columnsOf(kind: Kind, wanted?: string): KindField[] {
  if (wanted === undefined) return kind.columns.flatMap((name) => fieldOf(kind, name) ?? [])
  if (wanted === 'all') return kind.fields
  return wanted.split(',').map((word) => {
    const name = word.trim()
    const field = kind.fields.find((each) => each.name === name || kebab(each.name) === name)
    if (!field)
      throw usageError(
        `--columns: a ${kind.title} has no field "${name}".`,
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

/** Lines for the columns of some rows. */
export function tableOf(
  { terminal }: Context,
  kind: Kind,
  fields: readonly KindField[],
  rows: readonly Row[],
  names: Names,
): string {
  const options = { names, nowMs: Date.now() }
  const cells = rows.map((row) => fields.map((field) => cellOf(kind, field, row, options)))
  return renderTable(fields.map(heading), cells, { width: terminal.width, colors: terminal.colors })
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

/** Print a list. */
export async function printRows(
  context: Context,
  kind: Kind,
  rows: Row[],
  { format, columns, fields: chosen }: { format: Format; columns?: string; fields?: KindField[] },
): Promise<void> {
  const { terminal, catalogue } = context
  const data = dataText(kind, rows, format)
  if (data !== undefined) return data === '' ? undefined : terminal.print(data)
  const fields = chosen ?? columnsOf(kind, columns)
  if (rows.length === 0) return terminal.note(`There is no ${spoken(kind)} to show.`)
  const names = await namesFor(await context.cloud(), catalogue, fields, rows)
  terminal.print(tableOf(context, kind, fields, rows, names))
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

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** Print one resource with all its fields. */
export async function printRow(context: Context, kind: Kind, row: Row, format: Format): Promise<void> {
  const { terminal, catalogue } = context
  const data = dataText(kind, row, format)
  if (data !== undefined) return terminal.print(data)
  const fields = mostTellingFirst(kind).filter((field) => !isEmpty(row[field.name]))
  const names = await namesFor(await context.cloud(), catalogue, fields, [row])
  const options = { names, nowMs: Date.now(), exact: true }
  const facts = fields.map((field): [string, Cell] => [heading(field).toLowerCase(), cellOf(kind, field, row, options)])
  terminal.print(renderFacts(facts, { width: terminal.width, colors: terminal.colors }))
}
