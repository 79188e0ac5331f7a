/**
 * The surroundings of a resource as nodes and edges, for a picture of it. References are followed forward (what it is in, what it uses)
 * and backward (what is in it, what uses it), each row behind its own condition of visibility. What was come to forward is only
 * followed further forward: through a zone, everything would be related to everything.
 */
import { isFor, type Relation, type Resource, relationsOf, snake, tableName } from '@basalt/resource'
import { audienceOf } from '../access/grants.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import { binSql } from '../recycle/bin.ts'
import type { Store } from '../store.ts'
import { visibleSql } from '../visibility.ts'

export interface TopologyNode {
  kind: string
  id: string
  name: string
  state: string | null
}

/** A reference: `from` refers to `to` by its field. */
export interface TopologyEdge {
  from: string
  to: string
  fromKind: string
  toKind: string
  field: string
}

export interface Topology {
  nodes: TopologyNode[]
  edges: TopologyEdge[]
  /** There is more than is told: ask for fewer steps, or from a node nearer to what you look for. */
  truncated: boolean
}

interface Walk {
  store: Store
  caller: Caller
  limit: number
  nodes: Map<string, TopologyNode>
  edges: Map<string, TopologyEdge>
  truncated: boolean
}

/** A node whose relations are to be followed; `up`: only those to what it is in. */
interface Step {
  kind: string
  id: string
  up: boolean
}

const keyOf = ({ kind, id }: { kind: string; id: string }): string => `${kind}/${id}`

/** Records of what happened, and what is computed from others, are no part of a picture. */
const isDrawn = ({ quiet, view, kind }: Resource): boolean => !quiet && !view && kind !== 'task'

type Neighbour = Row & { id: string; name: string; state: string | null; via: string }

/** Rows at the other end of a relation of these resources, as many as may still be told, with the id that led there. */
async function neighbours(walk: Walk, relation: Relation, from: Resource, ids: string[]): Promise<Neighbour[]> {
  const { store, caller, limit, nodes } = walk
  const other = store.catalogue.resource(relation.kind)
  const values: unknown[] = [ids]
  const state = other.fields.state ? 'o.state' : 'null::text'
  const seen = `${visibleSql(other, caller, values, 'o')} and ${binSql(other, false, 'o')}`
  const column = snake(relation.field)
  const [via, tables] =
    relation.to === 'many'
      ? [`o."${column}"`, `"${tableName(other)}" o where o."${column}" = any($1::uuid[])`]
      : [
          's.id',
          `"${tableName(from)}" s join "${tableName(other)}" o on o.id = s."${column}" where s.id = any($1::uuid[])`,
        ]
  values.push(Math.max(0, limit - nodes.size) + 1 + ids.length)
  const rows = await store.database.query<Neighbour>(
    `select o.id, o.name, ${state} as state, ${via} as via from ${tables} and ${seen} order by o.created_at, o.id limit $${values.length}`,
    values,
  )
  if (rows.length === values.at(-1)) walk.truncated = true
  return rows
}

function take(walk: Walk, relation: Relation, from: Resource, found: Neighbour): Step[] {
  const { nodes, edges, limit } = walk
  const node: TopologyNode = { kind: relation.kind, id: found.id, name: found.name, state: found.state }
  const isNew = !nodes.has(keyOf(node))
  if (isNew && nodes.size >= limit) {
    walk.truncated = true
    return []
  }
  if (isNew) nodes.set(keyOf(node), node)
  const [source, target] =
    relation.to === 'many' ? [node, { kind: from.kind, id: found.via }] : [{ kind: from.kind, id: found.via }, node]
  const edge = { from: source.id, to: target.id, fromKind: source.kind, toKind: target.kind, field: relation.field }
  edges.set(`${keyOf(source)} ${relation.field}`, edge)
  return isNew ? [{ kind: node.kind, id: node.id, up: relation.to === 'one' }] : []
}

async function followed(walk: Walk, kind: string, up: boolean, ids: string[]): Promise<Step[]> {
  const { catalogue } = walk.store
  const from = catalogue.resource(kind)
  const relations = relationsOf(from, catalogue.resources).filter(
    ({ to, audience, kind: other }) =>
      !(up && to === 'many') && isFor(audience, audienceOf(walk.caller)) && isDrawn(catalogue.resource(other)),
  )
  const steps: Step[] = []
  for (const relation of relations)
    for (const found of await neighbours(walk, relation, from, ids)) steps.push(...take(walk, relation, from, found))
  return steps
}

/**
 * @param row the resource, which the caller may see
 * @param depth how many references away
 * @param limit most nodes
 */
export async function topologyOf(
  store: Store,
  caller: Caller,
  { kind, row, depth, limit }: { kind: string; row: Row & { id: string }; depth: number; limit: number },
): Promise<Topology> {
  const start: TopologyNode = { kind, id: row.id, name: String(row.name), state: (row.state as string | null) ?? null }
  const walk: Walk = {
    store,
    caller,
    limit,
    nodes: new Map([[keyOf(start), start]]),
    edges: new Map(),
    truncated: false,
  }
  let frontier: Step[] = [{ kind, id: row.id, up: false }]
  for (let hop = 0; hop < depth && frontier.length > 0; hop++) {
    const groups = new Map<string, Step[]>()
    for (const step of frontier) {
      const key = `${step.kind} ${step.up}`
      groups.set(key, [...(groups.get(key) ?? []), step])
    }
    const next: Step[] = []
    for (const [first, ...others] of groups.values())
      if (first)
        next.push(
          ...(await followed(
            walk,
            first.kind,
            first.up,
            [first, ...others].map(({ id }) => id),
          )),
        )
    frontier = next
  }
  return { nodes: [...walk.nodes.values()], edges: [...walk.edges.values()], truncated: walk.truncated }
}
