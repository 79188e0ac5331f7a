/** What becomes of resources when one that they refer to is deleted: derived from each reference, for previews and deletions alike. */
import type { Resource } from './define.ts'
import type { FieldSpec } from './field.ts'

/**
 * Of whoever refers, when its target is to be deleted:
 * - `keeps`: the target cannot be deleted while it is there;
 * - `follows`: the same, unless the target is deleted with what it has: then it is deleted before, by its own delete;
 * - `vanishes`: its row goes with the target, in the same statement;
 * - `letsGo`: it stays, and its reference leads nowhere.
 */
export type Fate = 'keeps' | 'follows' | 'vanishes' | 'letsGo'

/** @throws TypeError when the reference says more than one thing */
export function fateOf({ weak, cascade, follows }: FieldSpec): Fate {
  const said = [weak && 'letsGo', cascade && 'vanishes', follows && 'follows'].filter(Boolean) as Fate[]
  if (said.length > 1) throw new TypeError(`a reference cannot be all of ${said.join(', ')}`)
  return said[0] ?? 'keeps'
}

/** The same of a relation as people see it: what is carried stays by its reference, but the other's own delete removes it. */
export const fateIn = (resource: Resource, field: string, target: string): Fate | 'carried' =>
  resource.carriedBy[target] === field ? 'carried' : fateOf(resource.fields[field] as FieldSpec)

/** A field of some kind that refers to another. */
export interface Tie {
  resource: Resource
  field: string
  fate: Fate
  /** Field beside it that names the kind, where it may refer to any. */
  kindField?: string
}

/** Whether people can delete one: it has a delete of its own. */
export const isDeletable = (resource: Resource): boolean => 'delete' in resource.actions

/** Every reference to a kind. Of what may point to anything only what vanishes with it counts. */
export function tiesTo(kind: string, resources: readonly Resource[]): Tie[] {
  return resources.flatMap((resource) =>
    Object.entries(resource.fields)
      .filter(([, spec]) => spec.type === 'ref' && (spec.kind === kind || (spec.kindFrom && spec.cascade)))
      .map(([field, spec]) => ({
        resource,
        field,
        fate: fateOf(spec),
        ...(spec.kindFrom ? { kindField: spec.kindFrom } : {}),
      })),
  )
}

/** Whether others go along, each by a delete of its own, when one of the kind is deleted with what it has. */
export const cascades = (resource: Resource, resources: readonly Resource[]): boolean =>
  isDeletable(resource) &&
  tiesTo(resource.kind, resources).some(({ fate, resource: other }) => fate === 'follows' && isDeletable(other))
