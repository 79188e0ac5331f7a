/** "Why may I, why may I not": the decision as an answer. The same decision that requests meet. */
import { isUuid, permissionOf, type Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Route } from '../module.ts'
import { invalidField, notFound } from '../problem.ts'
import type { Store } from '../store.ts'
import { verdictOn } from './authorize.ts'
import type { Target, Verdict } from './decide.ts'
import { explainDenial, whereOf } from './explain.ts'
import { permittedActions, subjectsOf } from './permissions.ts'
import type { Scope, Statement } from './statement.ts'
import { targetOf } from './target.ts'

/** A verdict as callers see it. */
export interface Reason {
  permission: string
  allowed: boolean
  /** In words. */
  reason: string
  /** What to do about it, when it is not allowed. */
  remedy: string | null
  /** What decided; null when nothing allows it, or when what allows it is no role. */
  by: { role: string | null; roleName: string; binding: string | null; scope: Scope; statement: Statement } | null
}

/** The verdict with its words. `seen`: the caller has been shown the resource. */
function reasonOf(resource: Resource, action: string, verdict: Verdict, seen: boolean): Reason {
  const permission = permissionOf(resource.kind, action)
  const by = verdict.by
    ? {
        role: verdict.by.grant.role.id,
        roleName: verdict.by.grant.role.name,
        binding: verdict.by.grant.binding,
        scope: verdict.by.grant.scope,
        statement: verdict.by.statement,
      }
    : null
  if (verdict.allowed && by)
    return {
      permission,
      allowed: true,
      reason: `The role "${by.roleName}", bound ${whereOf(by.scope)}, allows it.`,
      remedy: null,
      by,
    }
  if (seen && action === 'read')
    return {
      permission,
      allowed: true,
      reason: 'It is offered to everybody, or shared with the account.',
      remedy: null,
      by: null,
    }
  const { detail, remedy } = explainDenial(resource, action, verdict)
  return { permission, allowed: false, reason: detail, remedy, by }
}

function kindOf(store: Store, name: string, field: string): Resource {
  const resource = subjectsOf(store.catalogue.resources).find(({ kind }) => kind === name)
  if (!resource) throw invalidField(field, 'names no kind', 'docs/permissions.md lists every permission.')
  return resource
}

interface Asked {
  resource: Resource
  target: Target
  seen: boolean
}

/** What is asked about: a resource that the caller can see, or one to come in the account it acts in. */
async function askedOf(
  store: Store,
  caller: Caller,
  resource: Resource,
  query: Record<string, string>,
): Promise<Asked> {
  const { resource: id, zone } = query
  if (id === undefined) {
    if (zone !== undefined && !isUuid(zone)) throw invalidField('zone', 'must be a UUID', 'Give the id of a zone.')
    const account = resource.ownership === 'account' ? caller.account : null
    return { resource, target: { account, zone: zone ?? null, user: caller.user }, seen: false }
  }
  const isKind = store.catalogue.resources.includes(resource)
  const row = isKind && isUuid(id) ? await store.get<Row>(resource.kind, id, caller) : null
  if (!row) throw notFound(resource.kind, id.slice(0, 64))
  return { resource, target: targetOf(resource, row), seen: true }
}

async function reasonFor(
  store: Store,
  caller: Caller,
  action: string,
  { resource, target, seen }: Asked,
): Promise<Reason> {
  return reasonOf(resource, action, await verdictOn(store.database, caller, resource, action, target), seen)
}

const parameter = (name: string, description: string, example?: string) => ({
  name,
  in: 'query',
  required: example !== undefined,
  description,
  schema: { type: 'string' },
  ...(example === undefined ? {} : { example }),
})
const about = [
  parameter('resource', 'Id of the resource; without one it is about one to come in the account you act in.'),
  parameter('zone', 'Zone of the one to come.'),
]
const orNull = (type: string) => ({ type: [type, 'null'] })
const reason = {
  type: 'object',
  required: ['permission', 'allowed', 'reason', 'remedy', 'by'],
  properties: {
    permission: { type: 'string' },
    allowed: { type: 'boolean' },
    reason: { type: 'string' },
    remedy: { ...orNull('string'), description: 'What to do about it, when it is not allowed.' },
    by: {
      ...orNull('object'),
      description: 'What decided: role, binding, scope and statement; null when nothing allows it, or no role does.',
    },
  },
}
const answers = (description: string, schema: object) => ({
  responses: { '200': { description, content: { 'application/json': { schema } } } },
})

export function accessRoutes(store: Store): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/access/why',
      operation: {
        operationId: 'access.why',
        summary: 'Why you may do something, or why not: the statement, role and binding that decide.',
        tags: ['access'],
        parameters: [parameter('permission', 'What would be done.', 'vm.start'), ...about],
        ...answers('Whether, and why.', reason),
      },
      async handle({ caller, query }) {
        const [kind = '', action = ''] = (query.permission ?? '').split('.')
        const resource = kindOf(store, kind, 'permission')
        if (!permittedActions(resource).includes(action))
          throw invalidField('permission', 'names no permission of this kind', 'docs/permissions.md lists them.')
        return reasonFor(store, caller, action, await askedOf(store, caller, resource, query))
      },
    },
    {
      method: 'GET',
      path: '/v1/access/can',
      operation: {
        operationId: 'access.can',
        summary: 'What you may do with a kind or a resource, and why not: a line for each permission.',
        tags: ['access'],
        parameters: [parameter('kind', 'Kind of the resource, or of the one to come.', 'vm'), ...about],
        ...answers('A line for each permission.', {
          type: 'object',
          required: ['items'],
          properties: { items: { type: 'array', items: reason } },
        }),
      },
      async handle({ caller, query }) {
        const asked = await askedOf(store, caller, kindOf(store, query.kind ?? '', 'kind'), query)
        const items = permittedActions(asked.resource).map((action) => reasonFor(store, caller, action, asked))
        return { items: await Promise.all(items) }
      },
    },
  ]
}
