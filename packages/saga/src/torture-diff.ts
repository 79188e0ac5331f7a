import type { JsonValue } from './json.ts'

const MAX_LINES = 30
const MAX_VALUE_CHARACTERS = 160

/** Differences between two JSON values, one line each: `hosts.h1.ports[0]: expected nothing, found "tap3"`. */
export function differences(expected: JsonValue, actual: JsonValue): string[] {
  const lines = compare('', expected, actual)
  if (lines.length <= MAX_LINES) return lines
  return [...lines.slice(0, MAX_LINES), `... and ${lines.length - MAX_LINES} more`]
}

function compare(path: string, expected: JsonValue | undefined, actual: JsonValue | undefined): string[] {
  if (isContainer(expected) && isContainer(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    return keys.flatMap((key) => compare(join(path, key, Array.isArray(expected)), at(expected, key), at(actual, key)))
  }
  if (Object.is(expected, actual)) return []
  return [`${path || 'the state'}: expected ${show(expected)}, found ${show(actual)}`]
}

type Container = JsonValue[] | { [key: string]: JsonValue }

function isContainer(value: JsonValue | undefined): value is Container {
  return typeof value === 'object' && value !== null
}

function at(container: Container, key: string): JsonValue | undefined {
  return Object.hasOwn(container, key) ? (container as Record<string, JsonValue>)[key] : undefined
}

function join(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= MAX_VALUE_CHARACTERS ? text : `${text.slice(0, MAX_VALUE_CHARACTERS)}...`
}

/** The value with ids that are fresh in every run replaced by their names, so that two runs can be compared. */
export function nameIds(value: JsonValue, ids: Readonly<Record<string, string>>): JsonValue {
  let text = JSON.stringify(value)
  for (const [name, id] of Object.entries(ids)) text = text.replaceAll(JSON.stringify(id).slice(1, -1), `<${name}>`)
  return JSON.parse(text) as JsonValue
}
