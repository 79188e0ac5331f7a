/**
 * What a slice says itself where the derived is not good enough: one function a piece, which gets what was derived and answers with what
 * counts. Each stands in a file of its own beside the definition, named for the piece: `ssh-key.table.ts`, `ssh-key.kind.ts`,
 * `ssh-key.openapi.ts`, `ssh-key.sdk.ts`. Visibility, permissions, audit and events cannot be overridden: they are what isolates.
 */
import type { Kind } from './kinds.ts'

type Json = Record<string, unknown>

/** A kind's part of the OpenAPI document. The Python SDK follows from it. */
export interface OpenapiPart {
  /** Path to its operations by method. */
  paths: Record<string, Json>
  /** Name to schema, of rows and of inputs. */
  schemas: Record<string, Json>
}

/** A kind's part of the TypeScript SDK, as source. */
export interface SdkPart {
  /** Interfaces of its rows and inputs. */
  types: string
  /** The member of the client that has its methods. */
  client: string
}

export interface Overrides {
  /** The statements that make its table and indexes, or its view. Columns stay those of its fields. */
  table?(derived: string): string
  /** What console and command line draw it from. */
  kind?(derived: Kind): Kind
  openapi?(derived: OpenapiPart): OpenapiPart
  sdk?(derived: SdkPart): SdkPart
}

/**
 * The derived text with a part of it replaced.
 * @throws TypeError when the part is not there, so that an override which no longer fits what is derived cannot go unnoticed
 */
export function replaced(derived: string, part: string, by: string): string {
  if (!derived.includes(part)) throw new TypeError(`an override looks for "${part}", which is not in what is derived`)
  return derived.replace(part, () => by)
}
