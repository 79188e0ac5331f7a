/**
 * How kinds hang together, as data: a reference leads forward to one resource, and backward, from its target, to all that refer to it.
 * Queries walk these; console and command line show them.
 */
import type { Resource } from './define.ts'
import { type Fate, fateIn } from './fate.ts'
import { type Audience, type FieldSpec, isFor } from './field.ts'
import { pascal } from './names.ts'

export interface Relation {
  /** Word in a query: the field's own name forward, the other kind's plural backward. */
  name: string
  /** `one`: a reference of ours; `many`: resources that refer to us. */
  to: 'one' | 'many'
  /** The kind it leads to. */
  kind: string
  /** The reference: a field of ours (`one`), or of the other kind (`many`). */
  field: string
  /** Who may follow it: field and kind at its other end must be visible. */
  audience: Audience
  /** What becomes of whoever refers when the other is deleted with what it has. */
  fate: Fate | 'carried'
}

/** The narrowest of these. */
const audienceOf = (...of: { audience?: Audience }[]): Audience =>
  of.reduce<Audience>((all, { audience = 'tenant' }) => (isFor(audience, all) ? all : audience), 'tenant')

const referencesOf = (resource: Resource): [string, FieldSpec][] =>
  Object.entries(resource.fields).filter(([, spec]) => spec.type === 'ref' && !spec.secret)

/**
 * The plural, `nics`, where one field of the kind refers here, or for the field that bears our name; any other of several fields says
 * which it is: `vmsByLastHost`.
 */
function backwardName(other: Resource, field: string, resource: Resource): string {
  const fields = referencesOf(other).filter(([, spec]) => spec.kind === resource.kind)
  const isPlain = (fields.length === 1 || field === resource.kind) && !(other.plural in resource.fields)
  return isPlain ? other.plural : `${other.plural}By${pascal(field)}`
}

/** Relations of a kind, forward ones first, for operators. Both ends are among `resources`. */
export function relationsOf(resource: Resource, resources: readonly Resource[]): Relation[] {
  const byKind = new Map(resources.map((other) => [other.kind, other]))
  const forward = referencesOf(resource).flatMap(([field, spec]): Relation[] => {
    const target = byKind.get(spec.kind ?? '')
    return target
      ? [
          {
            name: field,
            to: 'one',
            kind: target.kind,
            field,
            audience: audienceOf(spec, resource, target),
            fate: fateIn(resource, field, target.kind),
          },
        ]
      : []
  })
  const backward = resources.flatMap((other) =>
    referencesOf(other)
      .filter(([, spec]) => spec.kind === resource.kind)
      .map(([field, spec]): Relation => {
        const name = backwardName(other, field, resource)
        const audience = audienceOf(spec, resource, other)
        return { name, to: 'many', kind: other.kind, field, audience, fate: fateIn(other, field, resource.kind) }
      }),
  )
  return [...forward, ...backward]
}
