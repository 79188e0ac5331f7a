/**
 * A node joins: an operator has a node that is there issue a one-time token; the new node shows it, and is handed what every node
 * needs: the authority with its key, the master key, the address of the database. All of it travels over a connection whose other end
 * has proved, by the fingerprint in the token, that it belongs to the authority.
 */
import { join } from 'node:path'
import type { MintToken } from '@basalt/infrastructure'
import {
  authorizeAt,
  conflict,
  type Module,
  type NodeLease,
  node,
  openKeyring,
  Problem,
  type Store,
  type Tickets,
} from '@basalt/kernel'
import { exportAuthority, parseRegistrationToken } from '@basalt/pki'

export const JOIN_PATH = '/node/v1/join'

const PURPOSE = 'node.join'
const TOKEN_SECONDS = 3_600

export interface JoinRequest {
  token: string
  /** Name of the node that joins. */
  node: string
}

/** What a node is handed. Secret, all of it. */
export interface JoinAnswer {
  authorityPem: string
  /** Base64; the one that seals comes first. */
  masterKeys: string[]
  databaseUrl: string
}

export interface JoinToken {
  token: string
  expiresAt: string
  /** Where the new node shows it. */
  url: string
}

export interface Joining {
  issue(): Promise<JoinToken>
  /** @throws Problem NODE_NAME_TAKEN, DATABASE_NOT_SHARED, TOKEN_REFUSED */
  admit(request: JoinRequest, remoteAddress: string): Promise<JoinAnswer>
}

export interface JoiningOptions {
  lease: NodeLease
  tickets: Tickets
  mintToken: MintToken
  dataDir: string
  agentUrl: string
  databaseUrl: string
  /** The database is this node's own, which nobody else can reach. */
  isEmbedded: boolean
}

const LOOPBACK = /^(localhost|127\.|\[?::1\]?$|::ffff:127\.|$)/

function notShared(why: string): Problem {
  return conflict(
    'DATABASE_NOT_SHARED',
    `Other nodes cannot reach the database: ${why}.`,
    'Move to a PostgreSQL that all nodes reach, start this node with DATABASE_URL, then issue a new token. See docs/how-to/several-nodes.md.',
  )
}

/** A connection string may name a socket's directory instead of a host. */
function hostOf(databaseUrl: string): string {
  const { hostname, searchParams } = new URL(databaseUrl)
  return decodeURIComponent(searchParams.get('host') ?? hostname)
}

export function createJoining(options: JoiningOptions): Joining {
  const { lease, tickets, mintToken, dataDir, agentUrl, databaseUrl, isEmbedded } = options

  function checkShared(): void {
    if (isEmbedded) throw notShared(`the node "${lease.node}" runs the embedded one, which listens to itself alone`)
  }
  function checkReachable(remoteAddress: string): void {
    const host = hostOf(databaseUrl)
    const isLocal = host.startsWith('/') || LOOPBACK.test(host)
    if (isLocal && !LOOPBACK.test(remoteAddress))
      throw notShared(`DATABASE_URL of the node "${lease.node}" names ${host || 'no host'}, which is itself`)
  }

  return {
    async issue() {
      checkShared()
      const { token, secretHash: hash } = mintToken()
      const { expiresAt } = await tickets.issue({ purpose: PURPOSE, facts: {}, seconds: TOKEN_SECONDS, hash })
      return { token, expiresAt, url: agentUrl }
    },
    async admit({ token, node }, remoteAddress) {
      const { secretHash: hash } = parseRegistrationToken(token)
      checkShared()
      checkReachable(remoteAddress)
      if (lease.nodes().some(({ name, alive }) => alive && name === node))
        throw conflict(
          'NODE_NAME_TAKEN',
          `A node "${node}" is up already.`,
          'Give the new node another name: "node" in its settings.',
        )
      if (!(await tickets.redeem(PURPOSE, { hash })))
        throw new Problem({
          status: 403,
          code: 'TOKEN_REFUSED',
          detail: 'The token is unknown, expired or already spent.',
          remedy: 'Issue a new one: POST /v1/nodes/join-token.',
        })
      const keys = await openKeyring(dataDir)
      const others = keys.all().filter(({ id }) => id !== keys.active().id)
      const masterKeys = [keys.active(), ...others].map(({ bytes }) => bytes.toString('base64'))
      const authorityPem = await exportAuthority(join(dataDir, 'authority'))
      return { authorityPem, masterKeys, databaseUrl }
    },
  }
}

/** The route by which operators get a token. */
export function nodesModule(store: Store, issue: Joining['issue']): Module {
  const text = { type: 'string' }
  return {
    name: 'nodes',
    slices: [],
    routes: [
      {
        method: 'POST',
        path: '/v1/nodes/join-token',
        operation: {
          operationId: 'node.issueJoinToken',
          summary: 'Issue a one-time token, valid an hour, with which another control-plane node joins.',
          tags: ['node'],
          responses: {
            '201': {
              description: 'The token, and where to show it; shown once.',
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    required: ['token', 'expiresAt', 'url'],
                    properties: {
                      token: text,
                      expiresAt: { type: 'string', format: 'date-time' },
                      url: { type: 'string', format: 'uri' },
                    },
                  },
                },
              },
            },
          },
        },
        async handle({ caller, reply }) {
          await authorizeAt(store.database, caller, node, 'issueJoinToken', {})
          reply.code(201)
          return issue()
        },
      },
    ],
  }
}
