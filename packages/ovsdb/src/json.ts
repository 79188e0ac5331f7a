import { OvsdbError } from './errors.ts'

/** Any JSON value, as it travels on the wire. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** A JSON object; members may be absent. */
export interface JsonObject {
  readonly [member: string]: Json | undefined
}

/** Narrows to a JSON object (not an array, not null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Narrows to a JSON array. `Array.isArray` alone does not narrow read-only arrays. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** The value as an object, or a `protocol error` naming `what`. */
export function expectObject(value: Json | undefined, what: string): JsonObject {
  if (!isObject(value)) throw new OvsdbError('protocol error', `${what} is not a JSON object`)
  return value
}

/** The value as an array, or a `protocol error` naming `what`. */
export function expectArray(value: Json | undefined, what: string): readonly Json[] {
  if (!isArray(value)) throw new OvsdbError('protocol error', `${what} is not a JSON array`)
  return value
}

/** The value as a string, or a `protocol error` naming `what`. */
export function expectString(value: Json | undefined, what: string): string {
  if (typeof value !== 'string') throw new OvsdbError('protocol error', `${what} is not a string`)
  return value
}
