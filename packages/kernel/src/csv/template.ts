/** A file to fill in: the columns of an import, and under each a remark on what goes there. */
import { type CsvColumn, type FieldSpec, importColumns, type Resource } from '@basalt/resource'
import { spelled } from '../problem.ts'
import { ITEM_SEPARATOR, mainMember } from './cell-value.ts'

const plainForms: Partial<Record<FieldSpec['type'], string>> = {
  boolean: 'true or false',
  bytes: 'a size such as 10GiB',
  ipv4: 'an IPv4 address',
  cidr: 'an IPv4 prefix such as 10.0.0.0/24',
  mac: 'a MAC address',
  url: 'a URL',
  path: 'an absolute path',
  timestamp: 'a time (RFC 3339)',
  uuid: 'a UUID',
  json: 'JSON',
  object: 'JSON',
}

/** What a cell looks like. */
function formOf(spec: FieldSpec): string {
  const { type, kind, unit, values, items } = spec
  if (type === 'ref') return kind ? `name or id of a ${spelled(kind)}` : 'an id'
  if (values) return values.join(' or ')
  if (type === 'integer') return unit === 'ms' ? 'a duration such as 90s' : `a whole number${unit ? ` (${unit})` : ''}`
  if (type !== 'list') return plainForms[type] ?? 'text'
  const item = items?.type === 'object' ? mainMember(items)?.[1] : items
  return item ? `${formOf(item)}, several separated by ${ITEM_SEPARATOR}; or JSON` : 'JSON'
}

function remarkOn({ spec, required }: CsvColumn): string {
  const fallback =
    spec.default === undefined || spec.default === '' ? '' : `; ${JSON.stringify(spec.default)} when empty`
  return `${required ? 'required' : 'optional'}: ${formOf(spec)}${fallback}${spec.doc ? `. ${spec.doc}` : ''}`
}

/** Rows of the template. */
export function templateOf(resource: Resource): [header: string[], remarks: string[]] {
  const columns = importColumns(resource)
  return [columns.map(({ name }) => name), columns.map(remarkOn)]
}
