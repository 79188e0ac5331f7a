/** What makes a node a member of the control plane: its addresses, its certificate, its lease. */
import { isIP } from 'node:net'
import { type NodeLease, openDatabase, takeLease } from '@basalt/kernel'
import type { Authority, IssuedIdentity } from '@basalt/pki'
import type { ControlPlaneConfig } from '../config.ts'
import type { Overrides } from '../control-plane.ts'

const LOCAL = ['localhost', '127.0.0.1', '::1']

/** Base URLs under which others reach this node. */
export interface Urls {
  api: string
  agents: string
}

export const urlsOf = ({ api, agents }: ControlPlaneConfig): Urls => ({
  api: api.url ?? `https://${api.host}:${api.port}`,
  agents: agents.url ?? `https://${agents.host}:${agents.port}`,
})

/** For its own servers, and to show to the other nodes. */
export async function nodeCertificate(
  config: ControlPlaneConfig,
  urls: Urls,
  authority: Authority,
): Promise<IssuedIdentity> {
  const hosts = [urls.api, urls.agents].map((url) => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'))
  const shared = config.virtualAddress ? [config.virtualAddress] : []
  const all = [...LOCAL, ...config.names, ...shared, config.api.host, config.agents.host, ...hosts]
  const names = [...new Set(all)].filter((name) => name !== '0.0.0.0' && name !== '::')
  return authority.issueNodeCertificate({
    node: config.node,
    dnsNames: names.filter((name) => isIP(name) === 0),
    ipAddresses: names.filter((name) => isIP(name) !== 0),
  })
}

export interface LeaseDeps {
  databaseUrl: string
  config: ControlPlaneConfig
  urls: Urls
  version: string
  /** Agents that are connected. */
  hosts(): number
  overrides: Overrides
}

/** A renewal that takes longer is worth nothing. */
const STATEMENT_TIMEOUT_MS = 2_000

/** Takes the lease, over a connection of its own: renewals do not wait behind other statements. */
export async function openLease(deps: LeaseDeps): Promise<{ lease: NodeLease; closeLease(): Promise<void> }> {
  const { databaseUrl, config, urls, version, hosts, overrides } = deps
  const { log, lease: timing, onSuperseded } = overrides
  const { node } = config
  const database = openDatabase(databaseUrl, { maxConnections: 1, timeoutMs: STATEMENT_TIMEOUT_MS })
  const lease = await takeLease({
    database,
    timing,
    facts: { node, apiUrl: urls.api, agentUrl: urls.agents, softwareVersion: version, hosts },
    onSuperseded() {
      log.error('another process runs under the name of this node: this one does nothing any more', { node })
      onSuperseded?.()
    },
    onError: (error) => log.error('the lease of this node could not be renewed', { node, error: String(error) }),
  })
  return { lease, closeLease: () => database.close() }
}
