/**
 * What queries of an audience can name. Hidden kinds, fields and relations are not in it, so that a query which names one is answered
 * exactly as one with a misspelled name.
 */
import {
  type Audience,
  type Column,
  columnsOf,
  isFor,
  type Relation,
  type Resource,
  relationsOf,
} from '@basalt/resource'
import { audienceOf } from '../access/grants.ts'
import type { Caller } from '../caller.ts'
import { isShown } from '../view.ts'

export interface KindScope {
  resource: Resource
  /** By name of the field. */
  columns: ReadonlyMap<string, Column>
  relations: ReadonlyMap<string, Relation>
}

/** The kinds that somebody can name. */
export type Scopes = ReadonlyMap<string, KindScope>

function scopesOf(resources: readonly Resource[], audience: Audience): Scopes {
  return new Map(
    resources
      .filter((resource) => isFor(resource.audience, audience))
      .map((resource): [string, KindScope] => {
        const columns = columnsOf(resource).filter(({ spec }) => isShown(spec, audience))
        const relations = relationsOf(resource, resources).filter((relation) => isFor(relation.audience, audience))
        return [
          resource.kind,
          {
            resource,
            columns: new Map(columns.map((column) => [column.field, column])),
            relations: new Map(relations.map((relation) => [relation.name, relation])),
          },
        ]
      }),
  )
}

/** Scopes never change while a program runs. */
export function createScopes(resources: readonly Resource[]): (viewer: Caller) => Scopes {
  const scopes = {
    tenant: scopesOf(resources, 'tenant'),
    domain: scopesOf(resources, 'domain'),
    operator: scopesOf(resources, 'operator'),
  }
  return (viewer) => scopes[audienceOf(viewer)]
}
