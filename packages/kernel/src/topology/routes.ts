/** `GET /v1/<kind>/{id}/relations`: a resource and what is around it, as nodes and edges. */
import { pathOf } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Row } from '../database.ts'
import type { Route } from '../module.ts'
import { invalidField, notFound } from '../problem.ts'
import type { Store } from '../store.ts'
import { topologyOf } from './relations.ts'

const DEEPEST = 5
const DEFAULT_LIMIT = 200
const MOST_NODES = 1_000

function numberOf(name: string, text: string | undefined, fallback: number, maximum: number): number {
  const number = text === undefined ? fallback : Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= maximum) return number
  throw invalidField(name, `must be a whole number from 1 to ${maximum}`, 'Correct it, or leave it out.')
}

export function topologyRoute(
  { resource }: Slice,
  store: Store,
  idOf: (params: Record<string, string>) => string,
): Route {
  return {
    method: 'GET',
    path: `${pathOf(resource)}/:id/relations`,
    operation: { operationId: `${resource.kind}.relations` },
    async handle({ caller, params, query }) {
      const id = idOf(params)
      const depth = numberOf('depth', query.depth, 1, DEEPEST)
      const limit = numberOf('limit', query.limit, DEFAULT_LIMIT, MOST_NODES)
      const row = await store.get<Row & { id: string }>(resource.kind, id, caller)
      if (!row) throw notFound(resource.kind, id)
      return topologyOf(store, caller, { kind: resource.kind, row, depth, limit })
    },
  }
}
