/** What SQL needs to know of kinds. */
import type { Resource } from '@basalt/resource'

/** Kinds by name, with what SQL needs to know of them. */
export interface Catalogue {
  resource(kind: string): Resource
  /** Fields of other kinds that refer to this one and keep it from being deleted. */
  referrers(kind: string): Referrer[]
  /** Fields of other kinds whose rows go with this one. */
  dependents(kind: string): Referrer[]
}

/** A field that refers to another kind. */
export interface Referrer {
  resource: Resource
  /** Name in code and in SQL. */
  field: string
  column: string
  /** Column that names the kind it refers to, where that may be any. */
  kindColumn?: string
}
