/** The text of a cell → the value that its field takes: sizes and durations with their units, references by name or id. */
import { type FieldSpec, isUuid, parseBytes, parseDurationMs } from '@basalt/resource'

/** What is wrong with a cell. */
export class CellError extends Error {
  readonly remedy: string

  constructor(rule: string, remedy: string) {
    super(rule)
    this.name = 'CellError'
    this.remedy = remedy
  }
}

export interface CellDeps {
  /** Id of a resource by its name. @throws CellError */
  idOf(kind: string, name: string): Promise<string>
  /** Text of the column beside it that names the kind of a reference. */
  beside(field: string): string | undefined
}

/** Between items of a list in one cell. */
export const ITEM_SEPARATOR = '|'

function integerOf({ unit }: FieldSpec, text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text)
  const value = unit === 'ms' ? parseDurationMs(text) : unit === 'B' ? parseBytes(text) : undefined
  if (value !== undefined) return value
  if (unit === 'ms') throw new CellError('must be a duration', 'Give one with its unit, such as 90s, or milliseconds.')
  throw new CellError('must be a whole number', 'Give digits only, such as 2.')
}

function bytesOf(text: string): number {
  const bytes = parseBytes(text)
  if (bytes === undefined) throw new CellError('must be a size', 'Give one such as 10GiB, 512MiB or 1073741824.')
  return bytes
}

function booleanOf(text: string): boolean {
  if (/^(true|yes)$/i.test(text)) return true
  if (/^(false|no)$/i.test(text)) return false
  throw new CellError('must be true or false', 'Give true or false.')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CellError('must be JSON', 'Correct it; texts within it are in double quotes.')
  }
}

/** The member that an item of a list is told by alone: its only reference, or the only one that must be given. */
export function mainMember({ fields = {} }: FieldSpec): [string, FieldSpec] | undefined {
  const all = Object.entries(fields)
  const references = all.filter(([, { type }]) => type === 'ref')
  const required = all.filter(([, spec]) => !spec.optional && spec.default === undefined)
  return references.length === 1 ? references[0] : required.length === 1 ? required[0] : undefined
}

async function itemOf(spec: FieldSpec, text: string, deps: CellDeps): Promise<unknown> {
  if (spec.type !== 'object' || text.startsWith('{')) return cellValue(spec, text, deps)
  const main = mainMember(spec)
  if (!main) throw new CellError('must be JSON', 'Write it as [{"…": …}].')
  return { [main[0]]: await cellValue(main[1], text, deps) }
}

async function listOf({ items }: FieldSpec, text: string, deps: CellDeps): Promise<unknown> {
  if (text.startsWith('[') || !items) return jsonOf(text)
  const texts = text.split(ITEM_SEPARATOR).map((part) => part.trim())
  return Promise.all(texts.filter(Boolean).map((part) => itemOf(items, part, deps)))
}

async function referenceOf({ kind, kindFrom }: FieldSpec, text: string, deps: CellDeps): Promise<string> {
  if (isUuid(text)) return text
  const target = kind ?? deps.beside(kindFrom ?? '')
  if (!target) throw new CellError(`needs the column "${kindFrom}"`, 'Name the kind there, or give an id.')
  return deps.idOf(target, text)
}

/** The value of a cell that is not empty. @throws CellError */
export async function cellValue(spec: FieldSpec, cell: string, deps: CellDeps): Promise<unknown> {
  const text = cell.trim()
  switch (spec.type) {
    case 'boolean':
      return booleanOf(text)
    case 'integer':
      return integerOf(spec, text)
    case 'bytes':
      return bytesOf(text)
    case 'ref':
      return referenceOf(spec, text, deps)
    case 'list':
      return listOf(spec, text, deps)
    case 'object':
    case 'json':
      return jsonOf(text)
    case 'text':
      return cell
    default:
      return text
  }
}
