/** Words of the command line → values of the API, as the fields say. */
import { readFile } from 'node:fs/promises'
import type { KindField } from '@basalt/resource'
import { parseBytes, parseDurationMs } from '@basalt/resource/quantities'
import { type CliError, usageError } from '../errors.ts'
import { kebab, optionName } from '../words.ts'

/** What reading a value may need. */
export interface ValueDeps {
  /** Id of a resource given by name or id. */
  resolve(kind: string, text: string): Promise<string>
  /** Standard input, for `@-`. */
  readInput(): Promise<string>
}

/** Where a value came from, for errors, e.g. `--root-size`. */
type Source = string

const bad = (source: Source, text: string, rule: string, remedy: string): CliError =>
  usageError(`${source}: "${text}" ${rule}.`, remedy)

function integerOf(field: KindField, text: string, source: Source): number {
  if (field.unit === 'ms') {
    const ms = parseDurationMs(text)
    if (ms === undefined) throw bad(source, text, 'is no duration', 'Give one with its unit, such as 90s, 5m or 500ms.')
    return ms
  }
  if (!/^-?\d{1,15}$/.test(text)) throw bad(source, text, 'is no whole number', 'Give one, such as 2.')
  return Number(text)
}

function bytesOf(text: string, source: Source): number {
  const bytes = parseBytes(text)
  if (bytes === undefined) throw bad(source, text, 'is no size', 'Give one such as 10GiB, 512MiB or 1073741824.')
  return bytes
}

function booleanOf(text: string, source: Source): boolean {
  if (/^(true|yes)$/i.test(text)) return true
  if (/^(false|no)$/i.test(text)) return false
  throw bad(source, text, 'is neither true nor false', 'Give true or false.')
}

function choiceOf(field: KindField, text: string, source: Source): string {
  const values = field.values ?? []
  if (!values.includes(text)) throw bad(source, text, 'is not one of them', `Give one of: ${values.join(', ')}.`)
  return text
}

/** `@file` → its content, `@-` → standard input, `@@x` → `@x`. */
async function textOf(text: string, source: Source, deps: ValueDeps): Promise<string> {
  if (!text.startsWith('@')) return text
  if (text.startsWith('@@')) return text.slice(1)
  if (text === '@-') return deps.readInput()
  try {
    return await readFile(text.slice(1), 'utf8')
  } catch (error) {
    throw usageError(
      `${source}: ${text.slice(1)} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Check the path; a text that begins with @ is written with two: @@.',
    )
  }
}

function jsonOf(text: string, source: Source): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw bad(source, text, 'is not valid JSON', 'Correct it, or give key=value pairs separated by commas.')
  }
}

/** JSON where it reads as such, else the text itself. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Words for a member of an object: its own names, and `name` or `id` for the one reference it has. */
function memberOf(field: KindField, key: string): KindField | undefined {
  const members = field.fields ?? []
  const found = members.find((member) => [member.name, kebab(member.name), optionName(member)].includes(key))
  return found ?? (key === 'name' || key === 'id' ? mainMember(field) : undefined)
}

/** The member that a bare value is for: the only reference, or the only one that must be given. */
export function mainMember({ fields = [] }: KindField): KindField | undefined {
  const references = fields.filter((member) => member.type === 'ref')
  const required = fields.filter((member) => !member.optional)
  return references.length === 1 ? references[0] : required.length === 1 ? required[0] : undefined
}

/** How an object is written, for help texts: `<network>[,address=<ipv4>]`. */
export function objectSyntax(field: KindField): string {
  const main = mainMember(field)
  const members = [...(main ? [main] : []), ...(field.fields ?? []).filter((member) => member !== main)]
  const parts = members.map((member, at) => {
    const value = `<${member.kind ? kebab(member.kind) : member.type}>`
    const part = `${at > 0 ? ',' : ''}${member === main ? value : `${optionName(member)}=${value}`}`
    return at > 0 && member.optional ? `[${part}]` : part
  })
  return parts.join('') || 'key=value,…'
}

/** `net1`, `net1,address=10.0.0.5` or `network=net1,address=10.0.0.5`. */
async function objectOf(
  field: KindField,
  text: string,
  source: Source,
  deps: ValueDeps,
): Promise<Record<string, unknown>> {
  const free = (field.fields ?? []).length === 0
  const entries: [string, unknown][] = []
  for (const part of text.split(',')) {
    const at = part.indexOf('=')
    const key = at < 0 ? undefined : part.slice(0, at).trim()
    const value = part.slice(at + 1)
    const member = key === undefined ? (entries.length === 0 ? mainMember(field) : undefined) : memberOf(field, key)
    if (member) entries.push([member.name, await wordValue(member, value, source, deps)])
    else if (free && key) entries.push([key, jsonOrText(value)])
    else throw bad(source, part, 'is not understood', `Write it as ${objectSyntax(field)}.`)
  }
  return Object.fromEntries(entries)
}

/** Types whose values never contain a comma, so that several can be given at once. */
const COMMA_FREE = new Set(['integer', 'bytes', 'uuid', 'choice', 'ipv4', 'cidr', 'mac'])

async function listOf(field: KindField, texts: readonly string[], source: Source, deps: ValueDeps): Promise<unknown[]> {
  const item = field.items
  const [only] = texts
  if (texts.length === 1 && only?.trim().startsWith('[')) return jsonOf(only, source) as unknown[]
  if (!item) return [...texts]
  // An empty value is an empty list.
  const words = COMMA_FREE.has(item.type) ? texts.flatMap((text) => text.split(',')) : texts
  const values: unknown[] = []
  for (const word of words.filter(Boolean)) values.push(await wordValue(item, word, source, deps))
  return values
}

/** The value that one word gives a field. */
export async function wordValue(field: KindField, text: string, source: Source, deps: ValueDeps): Promise<unknown> {
  switch (field.type) {
    case 'boolean':
      return booleanOf(text, source)
    case 'integer':
      return integerOf(field, text, source)
    case 'bytes':
      return bytesOf(text, source)
    case 'choice':
    case 'state':
      return choiceOf(field, text, source)
    case 'ref':
      return deps.resolve(field.kind ?? '', text)
    case 'list':
      return listOf(field, [text], source, deps)
    case 'object':
      return text.trim().startsWith('{') ? jsonOf(text, source) : objectOf(field, text, source, deps)
    case 'json':
      return jsonOrText(text)
    case 'text':
      return textOf(text, source, deps)
    default:
      return text
  }
}

/** The value of a field from everything its option was given. */
export async function fieldValue(
  field: KindField,
  given: string | readonly string[] | boolean,
  deps: ValueDeps,
): Promise<unknown> {
  const source = `--${optionName(field)}`
  if (typeof given === 'boolean') return given
  if (field.type === 'list') return listOf(field, [given].flat(), source, deps)
  const text = [given].flat().at(-1) ?? ''
  // An empty word takes an optional value away.
  if (text === '' && field.optional && field.type !== 'text') return null
  return wordValue(field, text, source, deps)
}
