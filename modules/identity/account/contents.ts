/** `GET /v1/accounts/{id}/contents`: what an account owns, so that one knows before it is closed. */
import { authorize, notFound, type Route, type Row, type Store, visibleSql } from '@basalt/kernel'
import { isUuid, tableName } from '@basalt/resource'
import { account } from './account.resource.ts'

const NAMED = 5

export interface Contents {
  kind: string
  count: number
  /** Names of a few. */
  names: string[]
  /** Goes with the account; what does not keeps it from being deleted. */
  goesAlong: boolean
}

const schema = {
  type: 'object',
  required: ['items'],
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['kind', 'count', 'names', 'goesAlong'],
        properties: {
          kind: { type: 'string' },
          count: { type: 'integer' },
          names: { type: 'array', items: { type: 'string' }, description: 'Of a few.' },
          goesAlong: { type: 'boolean', description: 'What does not keeps the account from being deleted.' },
        },
      },
    },
  },
}

export function contentsRoute(store: Store): Route {
  const owned = store.catalogue.resources.filter(({ kind, ownership }) => ownership === 'account' && kind !== 'account')

  return {
    method: 'GET',
    path: '/v1/accounts/:id/contents',
    operation: {
      operationId: 'account.contents',
      summary: 'What the account owns: what would go with it, and what keeps it from being deleted.',
      tags: ['account'],
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      responses: {
        '200': {
          description: 'A line for each kind.',
          content: { 'application/json': { schema } },
        },
      },
    },
    async handle({ caller, params }) {
      const id = params.id ?? ''
      const row = isUuid(id) ? await store.get<Row>('account', id, caller) : null
      if (!row) throw notFound('account', id.slice(0, 64))
      await authorize(store.database, caller, account, 'read', row)
      const found = await Promise.all(
        owned.map(async (resource): Promise<Contents> => {
          const values: unknown[] = [id]
          const rows = await store.database.query<{ name: string; total: number }>(
            `select name, count(*) over ()::int as total from "${tableName(resource)}"
              where account = $1 and ${visibleSql(resource, caller, values)} order by created_at limit ${NAMED}`,
            values,
          )
          const { weak, cascade } = resource.fields.account ?? {}
          const names = rows.map(({ name }) => name)
          return { kind: resource.kind, count: rows[0]?.total ?? 0, names, goesAlong: Boolean(weak || cascade) }
        }),
      )
      return { items: found.filter(({ count }) => count > 0) }
    },
  }
}
