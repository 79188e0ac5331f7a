/** Fields of an action → options of its command, and back to the body of the request. */
import { readFile } from 'node:fs/promises'
import type { Kind, KindAction, KindField } from '@basalt/resource'
import { formatBytes, formatDuration } from '@basalt/resource/quantities'
import { type Command, Option } from 'commander'
import { CliError, EXIT, usageError } from '../errors.ts'
import { kebab, optionName } from '../words.ts'
import { concrete, namesKind } from './concrete.ts'
import type { Row } from './references.ts'
import { fieldValue, mainMember, objectSyntax, type ValueDeps } from './values.ts'

/** Options of every command of this kind; a field of the same name gets `set-` before its own. */
const TAKEN = new Set([
  'help',
  'output',
  'wait',
  'wait-timeout',
  'watch',
  'yes',
  'body',
  'profile',
  'verbose',
  'filter',
  'limit',
  'columns',
])

export type Given = Record<string, string | string[] | number | boolean | undefined>

/** Name of the field's option, without the hyphens. */
export const nameOf = (field: KindField): string => {
  const name = optionName(field)
  return TAKEN.has(name) ? `set-${name}` : name
}

/** `network,…`: an object by its main member, else by all of them. */
function itemWord(field: KindField): string {
  const members = field.fields ?? []
  const main = mainMember(field)
  if (main) return `${optionName(main)}${members.length > 1 ? ',…' : ''}`
  return members.map(optionName).join(',') || 'key=value,…'
}

/** What the value looks like, e.g. `<size>`. */
export function placeholder(field: KindField): string {
  if (field.type === 'list' && field.items) return placeholder(field.items)
  if (field.type === 'object') return `<${itemWord(field)}>`
  if (field.type === 'ref') return `<${kebab(field.kind ?? 'resource')}>`
  if (field.type === 'bytes') return '<size>'
  if (field.type === 'integer') return field.unit === 'ms' ? '<duration>' : '<n>'
  if (field.type === 'json') return '<value>'
  return field.values ? `<${field.values.join('|')}>` : `<${field.type}>`
}

function defaultText({ type, unit, default: value }: KindField): string | undefined {
  if (value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0))
    return undefined
  if (typeof value !== 'number') return String(value)
  return type === 'bytes' ? formatBytes(value) : unit === 'ms' ? formatDuration(value) : String(value)
}

/** The field's documentation as an option's help. */
export function helpOf(field: KindField): string {
  const byDefault = defaultText(field)
  const item = field.type === 'list' ? (field.items ?? field) : field
  const marks = [
    field.optional ? '' : field.kind === 'zone' ? 'when absent: that of your profile, or the only one' : 'required',
    byDefault === undefined ? '' : `default ${byDefault}`,
    field.type === 'list' ? 'can be given several times' : '',
    item.type === 'object' ? `written as ${objectSyntax(item)}` : '',
  ].filter(Boolean)
  const words = [
    field.doc,
    field.rule && !field.doc ? `${field.rule}.` : '',
    marks.length ? `(${marks.join('; ')})` : '',
  ]
  return words.filter(Boolean).join(' ')
}

/** An option that stands for a field; completion asks it what values there are. */
export class FieldOption extends Option {
  readonly field: KindField

  constructor(field: KindField, flags: string, description?: string) {
    super(flags, description)
    this.field = field
  }
}

const collectWords = (word: string, before: string[] | undefined): string[] => [...(before ?? []), word]

/** One option for each field; the long spelling with the unit, or the plural, is understood too. */
export function addFieldOptions(command: Command, fields: readonly KindField[]): void {
  for (const field of fields) {
    const name = nameOf(field)
    if (field.type === 'boolean') {
      command.addOption(new FieldOption(field, `--${name}`, helpOf(field)))
      command.addOption(new Option(`--no-${name}`).hideHelp())
      continue
    }
    const add = (spelling: string, isAlias: boolean): void => {
      const option = new FieldOption(field, `--${spelling} ${placeholder(field)}`, isAlias ? '' : helpOf(field))
      if (field.type === 'list') option.argParser(collectWords)
      command.addOption(isAlias ? option.hideHelp() : option)
    }
    add(name, false)
    if (kebab(field.name) !== name && !TAKEN.has(kebab(field.name))) add(kebab(field.name), true)
  }
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Name under which the value of the field's option is given. */
export const givenName = (field: KindField): string => camel(nameOf(field))

/** What was given for the field, under whichever spelling. */
function givenFor(field: KindField, given: Given): string | string[] | boolean | undefined {
  const words = given[givenName(field)] ?? given[camel(kebab(field.name))]
  return typeof words === 'number' ? String(words) : words
}

async function readBody(file: string, deps: ValueDeps): Promise<Record<string, unknown>> {
  const text = file === '-' ? await deps.readInput() : await readFile(file, 'utf8')
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  } catch {
    throw usageError(`--body: ${file} is not valid JSON.`, 'Give a JSON object with the fields of the action.')
  }
  throw usageError(`--body: ${file} is no JSON object.`, 'Give an object with the fields of the action.')
}

export interface InputDeps extends ValueDeps {
  /** Id of the zone to use when a field needs one and none is given; undefined when there is no obvious one. */
  defaultZone(): Promise<string | undefined>
  /** Name in the API of the kind that a word means, e.g. `storagePool` for `storage-pools`; the word itself when there is none. */
  kindNamed(word: string): string
  /** References are looked up in this zone from now on. */
  inZone(zone: string): void
  /** Ask for a secret that must be given; undefined when nobody can be asked. */
  askSecret(field: KindField): Promise<string | undefined>
}

/** The zone comes first, since other names are looked up in it. */
const zoneFirst = (fields: readonly KindField[]): KindField[] =>
  [...fields].sort((a, b) => Number(b.kind === 'zone') - Number(a.kind === 'zone'))

async function unasked(field: KindField, deps: InputDeps): Promise<unknown> {
  if (field.optional) return undefined
  if (field.kind === 'zone') return deps.defaultZone()
  return field.secret ? deps.askSecret(field) : undefined
}

function checkComplete(kind: Kind, action: KindAction, body: Record<string, unknown>): void {
  const missing = action.input.filter((field) => !field.optional && body[field.name] === undefined)
  if (missing.length === 0) return
  const lines = missing.map((field) => `  --${nameOf(field)} ${placeholder(field)}${field.doc ? `  ${field.doc}` : ''}`)
  throw new CliError('MISSING_VALUE', `Not everything that is needed was given:\n${lines.join('\n')}`, {
    remedy: missing.some((field) => field.kind === 'zone')
      ? 'There are several zones: name one, or keep one with: basalt profile set NAME --zone ZONE'
      : `basalt ${kebab(kind.kind)} ${kebab(action.name)} --help`,
    exitCode: EXIT.usage,
  })
}

/**
 * The body of the request; undefined for actions without input. Throws a usage error when something is missing.
 * @param row the resource that is acted on, where there is one
 */
export async function bodyOf(
  kind: Kind,
  action: KindAction,
  given: Given,
  deps: InputDeps,
  row?: Row,
): Promise<Record<string, unknown> | undefined> {
  const body = typeof given.body === 'string' ? await readBody(given.body, deps) : {}
  if (action.input.length === 0) return undefined
  for (const field of zoneFirst(action.input)) {
    const words = givenFor(field, given)
    if (words !== undefined && namesKind(field, action.input)) body[field.name] = deps.kindNamed(String(words))
    else if (words !== undefined) body[field.name] = await fieldValue(concrete(field, body, row), words, deps)
    else if (body[field.name] === undefined) body[field.name] = await unasked(field, deps)
    const value = body[field.name]
    if (field.kind === 'zone' && typeof value === 'string') deps.inZone(value)
  }
  checkComplete(kind, action, body)
  const said = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
  if (action.method === 'PATCH' && Object.keys(said).length === 0)
    throw usageError('There is nothing to change.', `basalt ${kebab(kind.kind)} ${kebab(action.name)} --help`)
  return said
}
