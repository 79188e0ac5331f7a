/** Registering a host: a one-time token is exchanged for a certificate, once. */
import { createHash } from 'node:crypto'
import { conflict, forbidden, notFound, PLATFORM, Problem, Refused, type Route, type Store } from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import type { HostRow } from './host.resource.ts'

const TOKEN_HOURS = 24

export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

const tokenRefused = (): Problem =>
  new Problem({
    status: 401,
    code: 'TOKEN_REFUSED',
    detail: 'The registration token is unknown, expired or used.',
    remedy: 'Issue a new one for the host and register again.',
  })

export interface Registration {
  /** The host that a token belongs to; the token is used up by it. */
  redeem(token: string): Promise<string>
  route: Route
}

/** @param mintToken makes a token that carries the authority's fingerprint */
export function createRegistration(store: Store, mintToken: () => string): Registration {
  async function issue(id: string) {
    const host = isUuid(id) ? await store.get<HostRow>('host', id, PLATFORM) : null
    if (!host) throw notFound('host', id)
    if (host.state === 'up')
      throw conflict(
        'HOST_CONNECTED',
        `The host "${host.name}" is registered and connected.`,
        'Stop its agent first if it shall register anew.',
      )
    const token = mintToken()
    const tokenExpiresAt = new Date((await store.now()) + TOKEN_HOURS * 3_600_000).toISOString()
    await store.commit([{ op: 'update', kind: 'host', id, set: { tokenHash: hashToken(token), tokenExpiresAt } }])
    return { host: id, token, expiresAt: tokenExpiresAt }
  }

  return {
    async redeem(token) {
      const [host] = await store.all<HostRow & { version: number }>('host', { tokenHash: hashToken(token) })
      if (!host?.tokenExpiresAt || Date.parse(host.tokenExpiresAt) < (await store.now())) throw tokenRefused()
      try {
        await store.commit([
          {
            op: 'update',
            kind: 'host',
            id: host.id,
            set: { tokenHash: null, tokenExpiresAt: null },
            version: host.version,
          },
        ])
      } catch (error) {
        if (error instanceof Refused) throw tokenRefused()
        throw error
      }
      return host.id
    },
    route: {
      method: 'POST',
      path: '/v1/hosts/:id/registration-token',
      operation: {
        operationId: 'host.issueToken',
        summary: 'Issue a one-time token, valid a day, with which the agent of the host registers.',
        tags: ['host'],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
        responses: {
          '201': {
            description: 'The token; shown once.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { host: { type: 'string' }, token: { type: 'string' }, expiresAt: { type: 'string' } },
                },
              },
            },
          },
        },
      },
      async handle({ caller, params, reply }) {
        if (!caller.operator) throw forbidden('host.issueToken')
        reply.code(201)
        return issue(params.id ?? '')
      },
    },
  }
}
