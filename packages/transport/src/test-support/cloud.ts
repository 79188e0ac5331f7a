import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import type { HostInventory, HostStatus } from '@basalt/contracts'
import { type Authority, createSigningRequest, type Identity, openAuthority } from '@basalt/pki'
import {
  type AgentConnection,
  type AgentConnectionOptions,
  type AgentHub,
  type AgentHubOptions,
  type ConnectionChange,
  createAgentConnection,
  createAgentHub,
  type Ledger,
  openLedger,
} from '../index.ts'

export const INVENTORY: HostInventory = {
  hostname: 'host-1',
  architecture: 'x86_64',
  cpu: { model: 'any', count: 2 },
  memoryBytes: 1024 ** 3,
  kernel: '6.1',
  virtualization: 'simulated',
  virtualizationReason: 'a test',
  versions: { agent: '1' },
  network: { chassis: 'host-1', datapath: 'simulated' },
}

export const STATUS: HostStatus = { loadAverage: 0, memoryAvailableBytes: 1, domains: [], problems: [] }

export interface Agent {
  readonly connection: AgentConnection
  readonly ledger: Ledger
  readonly changes: ConnectionChange[]
  /** Settles at the next (or an earlier) change to this state. */
  reached(state: ConnectionChange['state']): Promise<ConnectionChange>
  stop(graceMs?: number): Promise<void>
}

export type AgentOverrides = Partial<AgentConnectionOptions> & { readonly ledgerName?: string }

export interface Cloud {
  readonly directory: string
  readonly authority: Authority
  readonly server: Server
  readonly hub: AgentHub
  /** `https://127.0.0.1:port` */
  readonly url: string
  /** Breaks every open connection without a word, like a cut cable that both sides notice. */
  cut(): void
  identity(hostId: string, issuer?: Authority): Promise<Identity>
  /** Starts an agent and waits until the hub has it, unless `awaitConnected` is false. */
  agent(hostId: string, overrides?: AgentOverrides, awaitConnected?: boolean): Promise<Agent>
  stop(): Promise<void>
}

/**
 * A control plane's end on real TLS sockets of the loopback interface, and agents on demand.
 * @param first another node of the same control plane
 */
export async function startCloud(hubOptions: Partial<AgentHubOptions> = {}, first?: Cloud): Promise<Cloud> {
  const directory = await mkdtemp(join(tmpdir(), 'basalt-transport-'))
  const authority = first?.authority ?? (await openAuthority({ directory: join(directory, 'authority') }))
  const served = await authority.issueServerCertificate({ dnsNames: [], ipAddresses: ['127.0.0.1'] })
  const server = createServer({
    key: served.keyPem,
    cert: served.chainPem,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    ...(first ? { ticketKeys: first.server.getTicketKeys() } : {}),
  })
  const sockets = new Set<TLSSocket>()
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const hub = createAgentHub({ node: 'node-1', authorize: async () => undefined, ...hubOptions })
  hub.attach(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stops: (() => Promise<void>)[] = []

  async function identity(hostId: string, issuer = authority): Promise<Identity> {
    const { keyPem, csrPem } = await createSigningRequest()
    const { certificatePem } = await issuer.issueHostCertificate({ csrPem, hostId })
    return { keyPem, certificatePem, caPem: authority.certificatePem }
  }
  async function agent(hostId: string, overrides: AgentOverrides = {}, awaitConnected = true): Promise<Agent> {
    const { ledgerName = hostId, ...options } = overrides
    const ledger = await openLedger({ path: join(directory, `${ledgerName}.ledger`) })
    const changes: ConnectionChange[] = []
    const waiting: { state: string; resolve: (change: ConnectionChange) => void }[] = []
    const connection = createAgentConnection({
      urls: [url],
      identity: await identity(hostId),
      hello: async () => ({ agentVersion: '1', bootId: 'boot', inventory: INVENTORY }),
      status: async () => STATUS,
      interfaces: {},
      ledger,
      backoff: { firstMs: 20, longestMs: 200 },
      ...options,
      onChange(change) {
        changes.push(change)
        for (const { state, resolve } of waiting) if (state === change.state) resolve(change)
      },
    })
    let stopped: Promise<void> | undefined
    const started: Agent = {
      connection,
      ledger,
      changes,
      reached: (state) =>
        new Promise((resolve) => {
          const earlier = changes.findLast((change) => change.state === state)
          if (earlier !== undefined) resolve(earlier)
          else waiting.push({ state, resolve })
        }),
      stop: (graceMs) => {
        stopped ??= connection.close(graceMs).then(() => ledger.close())
        return stopped
      },
    }
    stops.push(started.stop)
    if (awaitConnected) await started.reached('connected')
    return started
  }
  return {
    directory,
    authority,
    server,
    hub,
    url,
    identity,
    agent,
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      hub.close()
      await Promise.all(stops.map((stop) => stop()))
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A promise and the means to settle it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
