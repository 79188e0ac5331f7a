import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { REGISTER_PATH, type RegisterRequest } from '@basalt/contracts'
import { createRegistrationToken, createSigningRequest, type Identity, openAuthority } from '@basalt/pki'
import { type AgentHub, type ConnectedHost, createAgentHub, register } from '@basalt/transport'

/** The agents' end of a control plane, on the loopback interface. */
export interface TestControlPlane {
  hub: AgentHub
  url: string
  /** Private to the test. */
  directory: string
  identity(hostId: string): Promise<Identity>
  /** A one-time token that registers a host under this id. */
  token(hostId: string): string
  /** Resolves when the host connects the next time. */
  nextConnection(hostId: string): Promise<ConnectedHost>
  stop(): Promise<void>
}

/** Starts one; it authorizes every host that has a certificate of its own authority. */
export async function startControlPlane(): Promise<TestControlPlane> {
  const directory = await mkdtemp(join(tmpdir(), 'basalt-sim-'))
  const authority = await openAuthority({ directory: join(directory, 'authority') })
  const { keyPem: key, chainPem: cert } = await authority.issueServerCertificate({
    dnsNames: [],
    ipAddresses: ['127.0.0.1'],
  })
  const tokens = new Map<string, string>()
  const deps = {
    authority,
    spendToken: async ({ secretHash }: { secretHash: string }) => tokens.get(secretHash),
    onIssued: async () => undefined,
  }
  const tls = { key, cert, ca: authority.certificatePem, requestCert: true, rejectUnauthorized: false }
  const server = createServer(tls, (request, response) => void answer(request, response, deps))
  const sockets = new Set<TLSSocket>()
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const hub = createAgentHub({ node: 'node-1', authorize: async () => undefined, heartbeatIntervalMs: 50 })
  hub.attach(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    hub,
    directory,
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async identity(hostId) {
      const { keyPem, csrPem } = await createSigningRequest()
      const { certificatePem } = await authority.issueHostCertificate({ csrPem, hostId })
      return { keyPem, certificatePem, caPem: authority.certificatePem }
    },
    token(hostId) {
      const { token, secretHash } = createRegistrationToken(authority.fingerprint)
      tokens.set(secretHash, hostId)
      return token
    },
    nextConnection: (hostId) =>
      new Promise((resolve) => {
        const listener = (host: ConnectedHost) => {
          if (host.hostId !== hostId) return
          hub.events.off('connected', listener)
          resolve(host)
        }
        hub.events.on('connected', listener)
      }),
    async stop() {
      hub.close()
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  deps: Parameters<typeof register>[1],
): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  if (request.url !== REGISTER_PATH) response.writeHead(404).end()
  else response.end(JSON.stringify(await register(JSON.parse(body) as RegisterRequest, deps)))
}
