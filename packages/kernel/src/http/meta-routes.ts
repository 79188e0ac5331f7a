/** What describes the API: kinds, OpenAPI. */
import { createHash } from 'node:crypto'
import { type Audience, isFor, type Kind, kindOf, openapi, type Resource } from '@basalt/resource'
import { audienceOf } from '../access/grants.ts'
import type { Route } from '../module.ts'
import type { Store } from '../store.ts'
import { openapiPath } from './server.ts'

/** The OpenAPI document of these kinds and of the routes beside them. */
export function openapiDocument(resources: readonly Resource[], routes: readonly Route[]): Record<string, unknown> {
  const extra: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = openapiPath(route.path)
    const security = route.public ? { security: [] } : {}
    extra[path] = { ...extra[path], [route.method.toLowerCase()]: { ...route.operation, ...security } }
  }
  return openapi(resources, extra)
}

const answers = (description: string, required: string[], properties: object = {}) => ({
  responses: {
    '200': { description, content: { 'application/json': { schema: { type: 'object', required, properties } } } },
  },
})

/** The kinds never change while a program runs: one answer for each audience, and a tag by which clients know theirs. */
function kindsFor(resources: readonly Resource[], audience: Audience): { etag: string; body: { items: Kind[] } } {
  const shown = resources.filter((resource) => isFor(resource.audience, audience))
  const body = { items: shown.map((resource) => kindOf(resource, audience, resources)) }
  return { etag: `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}"`, body }
}

/** @param document asked for once, when somebody wants to read it; it never changes while a program runs */
export function metaRoutes(store: Store, document: () => unknown): Route[] {
  let text: string | undefined
  const kinds = {
    tenant: kindsFor(store.catalogue.resources, 'tenant'),
    domain: kindsFor(store.catalogue.resources, 'domain'),
    operator: kindsFor(store.catalogue.resources, 'operator'),
  }
  return [
    {
      method: 'GET',
      path: '/v1/kinds',
      operation: {
        operationId: 'kinds.list',
        summary: 'The kinds you can see, with their fields, relations and actions, as data.',
        ...answers('Kinds.', ['items'], { items: { type: 'array', items: { type: 'object' } } }),
      },
      handle: async ({ caller, request, reply }) => {
        const { etag, body } = kinds[audienceOf(caller)]
        reply.header('etag', etag)
        if (request.headers['if-none-match'] === etag) return void reply.code(304).send()
        return body
      },
    },
    {
      method: 'GET',
      path: '/v1/openapi.json',
      public: true,
      operation: {
        operationId: 'openapi.get',
        summary: 'This document.',
        ...answers('OpenAPI 3.1.', ['openapi', 'info', 'paths', 'components']),
      },
      async handle({ reply }) {
        // Long enough that writing it anew for everybody would keep others waiting.
        text ??= JSON.stringify(document())
        return reply.type('application/json; charset=utf-8').send(text)
      },
    },
  ]
}
