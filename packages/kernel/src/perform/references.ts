/**
 * References in an input are resolved before an action sees them: with the caller's visibility, the right kind, the right zone, and in
 * a state in which they can be used. An action cannot reach a foreign resource because it never gets its id.
 */
import type { FieldProblem, FieldSpec } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import { invalid } from '../problem.ts'
import { isRecycled } from '../recycle/bin.ts'
import type { Store } from '../store.ts'

interface Found {
  field: string
  kind: string
  id: string
  /** It is about the resource as it is, not for use: any state will do. */
  inAnyState: boolean
}

/** @param beside what the value is part of */
function collect(spec: FieldSpec, value: unknown, at: string, beside: Row): Found[] {
  if (value === null || value === undefined) return []
  if (spec.type === 'ref') {
    const kind = spec.kindFrom ? String(beside[spec.kindFrom]) : (spec.kind as string)
    return [{ field: at, kind, id: value as string, inAnyState: spec.kindFrom !== undefined }]
  }
  if (spec.type === 'list')
    return (value as unknown[]).flatMap((item, index) =>
      collect(spec.items as FieldSpec, item, `${at}.${index}`, beside),
    )
  if (spec.type === 'object')
    return Object.entries(spec.fields ?? {}).flatMap(([name, inner]) =>
      collect(inner, (value as Row)[name], `${at}.${name}`, value as Row),
    )
  return []
}

export interface References {
  /** The resolved resource with this id. */
  get<R>(id: string): R
  /** Operations that keep the resources from vanishing before the unit is durable. */
  operations: Operation[]
}

/** @param zone the zone that the acting resource is in, when it is in one. */
export async function resolveReferences(
  store: Store,
  caller: Caller,
  fields: Record<string, FieldSpec>,
  input: Row,
  zone: string | undefined,
): Promise<References> {
  const found = Object.entries(fields).flatMap(([name, spec]) => collect(spec, input[name], name, input))
  const known = new Set(store.catalogue.resources.map((resource) => resource.kind))
  const rows = await Promise.all(
    found.map(({ kind, id }) => (known.has(kind) ? store.get<Row>(kind, id, caller) : null)),
  )
  const problems: FieldProblem[] = found.flatMap(({ field, kind, inAnyState }, index) => {
    const row = rows[index]
    if (!row)
      return [
        { field, message: `refers to no ${kind} that you can see`, remedy: `Give the id of an existing ${kind}.` },
      ]
    if (zone && row.zone && row.zone !== zone)
      return [{ field, message: `refers to a ${kind} of another zone`, remedy: `Choose a ${kind} of the same zone.` }]
    if (isRecycled(row))
      return [
        {
          field,
          message: `refers to a ${kind} that is in the recycle bin`,
          remedy: `Undelete the ${kind}, or choose another one.`,
        },
      ]
    const usable = store.catalogue.resource(kind).usableStates
    if (usable && !inAnyState && !usable.includes(row.state as string))
      return [
        {
          field,
          message: `refers to a ${kind} that is ${row.state}`,
          remedy: `Choose a ${kind} that is ${usable.join(' or ')}, or wait until it is.`,
        },
      ]
    return []
  })
  if (problems.length > 0) throw invalid(problems)
  const byId = new Map(rows.map((row) => [(row as Row).id as string, row]))
  const unique = new Map(found.map((each) => [each.id, each]))
  return {
    get<R>(id: string) {
      const row = byId.get(id)
      if (!row) throw new TypeError(`the reference ${id} was not part of the input`)
      return row as R
    },
    operations: [...unique.values()].map(({ id, kind, inAnyState }) => {
      const states = inAnyState ? undefined : store.catalogue.resource(kind).usableStates
      return { op: 'require', kind, id, ...(states ? { states } : {}) }
    }),
  }
}
