/** Registering a host: a one-time token is exchanged for a certificate. */
import {
  authorize,
  type Caller,
  conflict,
  notFound,
  Refused,
  type Route,
  type Row,
  type Settings,
  type Store,
} from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import { registrationTokenHours } from '../infrastructure.settings.ts'
import { host as definition, type HostRow } from './host.resource.ts'

export interface Registration {
  /**
   * The host that a token belongs to; undefined when the token is unknown, expired or spent. The first key that comes with a token
   * spends it; the same key may come again, since the first answer may have been lost on the way.
   */
  spend(use: { secretHash: string; keyHash: string }): Promise<string | undefined>
  route: Route
}

/** A new token and the hash under which it is kept. */
export type MintToken = () => { token: string; secretHash: string }

export function createRegistration(store: Store, settings: Settings, mint: MintToken): Registration {
  async function issue(id: string, caller: Caller) {
    const host = isUuid(id) ? await store.get<HostRow>('host', id, caller) : null
    if (!host) throw notFound('host', id.slice(0, 64))
    await authorize(store.database, caller, definition, 'issueToken', host as unknown as Row)
    if (host.state === 'up')
      throw conflict(
        'HOST_CONNECTED',
        `The host "${host.name}" is registered and connected.`,
        'Stop its agent first if it shall register anew.',
      )
    const { token, secretHash } = mint()
    const validMs = settings.get(registrationTokenHours) * 3_600_000
    const tokenExpiresAt = new Date((await store.now()) + validMs).toISOString()
    const set = { tokenHash: secretHash, tokenKeyHash: null, tokenExpiresAt }
    await store.commit([{ op: 'update', kind: 'host', id, set }])
    return { host: id, token, expiresAt: tokenExpiresAt }
  }

  return {
    async spend({ secretHash, keyHash }) {
      const [host] = await store.all<HostRow & { version: number }>('host', { tokenHash: secretHash })
      if (!host?.tokenExpiresAt || Date.parse(host.tokenExpiresAt) < (await store.now())) return undefined
      if (host.tokenKeyHash) return host.tokenKeyHash === keyHash ? host.id : undefined
      try {
        const set = { tokenKeyHash: keyHash }
        await store.commit([{ op: 'update', kind: 'host', id: host.id, set, version: host.version }])
        return host.id
      } catch (error) {
        // Somebody else was quicker with the same token.
        if (error instanceof Refused) return undefined
        throw error
      }
    },
    route: {
      method: 'POST',
      path: '/v1/hosts/:id/registration-token',
      operation: {
        operationId: 'host.issueToken',
        summary:
          'Issue a one-time token, valid as long as the settings say, with which the agent of the host registers.',
        tags: ['host'],
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
        responses: {
          '201': {
            description: 'The token; shown once.',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['host', 'token', 'expiresAt'],
                  properties: {
                    host: { type: 'string', format: 'uuid' },
                    token: { type: 'string' },
                    expiresAt: { type: 'string', format: 'date-time' },
                  },
                },
              },
            },
          },
        },
      },
      async handle({ caller, params, reply }) {
        reply.code(201)
        return issue(params.id ?? '', caller)
      },
    },
  }
}
