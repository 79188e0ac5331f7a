/** `GET /v1/health` (does the process answer) and `GET /v1/health/ready` (can it serve). */

import type { Database } from '../database.ts'
import type { Route } from '../module.ts'
import { mayDiagnose } from '../observe/diagnosis-rights.ts'
import type { Readiness } from '../observe/health.ts'

const RETRY_AFTER_SECONDS = 2

const schema = {
  type: 'object',
  required: ['status'],
  properties: {
    status: { type: 'string', enum: ['ready', 'notReady'] },
    parts: {
      type: 'array',
      description: 'What the node stands on; for operators.',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          ok: { type: 'boolean' },
          message: { type: 'string' },
          ms: { type: 'integer', description: 'How long the look took.' },
        },
      },
    },
  },
}

const answer = (description: string) => ({ description, content: { 'application/json': { schema } } })

export const healthRoutes = (readiness: () => Promise<Readiness>, database: Database): Route[] => [
  {
    method: 'GET',
    path: '/v1/health',
    public: true,
    admission: 'always',
    operation: {
      operationId: 'health.get',
      summary: 'Whether this node lives: it answers. For what restarts it when it does not.',
      responses: {
        '200': {
          description: 'It does.',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['status'],
                properties: { status: { type: 'string', enum: ['ok'] } },
              },
            },
          },
        },
      },
    },
    handle: async () => ({ status: 'ok' }),
  },
  {
    method: 'GET',
    path: '/v1/health/ready',
    public: true,
    admission: 'always',
    operation: {
      operationId: 'health.ready',
      summary:
        'Whether this node can serve: its database and everything else it stands on answers. For load balancers.',
      responses: { '200': answer('It can.'), '503': answer('It cannot at the moment.') },
    },
    async handle({ caller, reply }) {
      const { ready, parts } = await readiness()
      if (!ready) reply.code(503).header('retry-after', RETRY_AFTER_SECONDS)
      const shown = caller.operator && (await mayDiagnose(database, caller)) ? { parts } : {}
      return { status: ready ? 'ready' : 'notReady', ...shown }
    },
  },
]
