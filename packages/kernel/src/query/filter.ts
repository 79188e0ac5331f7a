/** A query whose names are resolved: only fields and relations that its viewer has, only values that fit them. */
import type { Column, FieldSpec, Relation } from '@basalt/resource'
import type { KindScope } from './scope.ts'

/** Where a value is: in a column of the row, or in the item of the list that is being looked at; `members` lead on into objects. */
export interface Place {
  column?: Column
  members: string[]
  spec: FieldSpec
}

/** A value to compare with. Relative times are those of the database's clock. */
export type Operand = { value: string | number | boolean } | { fromNowMs: number }

export interface Bound {
  operand: Operand
  inclusive: boolean
}

export type Test =
  /** There is a value; a list has items. */
  | { op: 'present' }
  | { op: 'in'; values: Operand[]; ranges: { from?: Bound; to?: Bound }[] }
  /** Contains the piece; with several pieces: is made of them, with anything between. Case is ignored. */
  | { op: 'like'; pieces: string[] }

export type Filter =
  | { type: 'all' | 'any'; filters: Filter[] }
  | { type: 'not'; filter: Filter }
  /** Some resource that the relation leads to, and that the viewer may see. */
  | { type: 'related'; relation: Relation; target: KindScope; filter: Filter }
  /** Some item of a list. */
  | { type: 'item'; place: Place; filter: Filter }
  | { type: 'test'; place: Place; test: Test }
