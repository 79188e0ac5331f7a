/** One node of the control plane: database, API, agents. */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:https'
import { join } from 'node:path'
import { IMAGE_PATH } from '@basalt/contracts'
import { hostGraceMs, type OpenNetworkDriver } from '@basalt/infrastructure'
import {
  type Audit,
  breakerTuning,
  createKeyFiles,
  createTickets,
  type KernelOptions,
  type LeaseTiming,
  type Log,
  type NodeLease,
  openDatabase,
  openKeyring,
  type Settings,
  type Store,
} from '@basalt/kernel'
import { createMetrics } from '@basalt/observe'
import { createRegistrationToken, openAuthority } from '@basalt/pki'
import { resolveDatabase } from '@basalt/postgres'
import { usageSeconds } from '@basalt/storage'
import { type AgentHub, createAgentHub } from '@basalt/transport'
import packageJson from '../package.json' with { type: 'json' }
import { createAgentCalls } from './agent-calls.ts'
import { observeAgents } from './agent-metrics.ts'
import { authorizeAgents, createAgentServer } from './agent-server.ts'
import { composeCloud } from './cloud.ts'
import type { ControlPlaneConfig } from './config.ts'
import { consoleFiles } from './console-files.ts'
import { attachConsoles } from './console-proxy.ts'
import { startDatabaseServer } from './database-server.ts'
import { serveMetrics } from './metrics-server.ts'
import { migrations } from './migrations.ts'
import { networkDrivers } from './network-drivers.ts'
import { nodeChecks, nodeExaminers } from './node-examiners.ts'
import { examineNodes, leaseCheck } from './nodes/examine-nodes.ts'
import { startHealth } from './nodes/health.ts'
import { createJoining } from './nodes/join.ts'
import { databaseEnvironment } from './nodes/join-program.ts'
import { nodeCertificate, openLease, urlsOf } from './nodes/membership.ts'
import { createPeers, type Peers } from './nodes/peers.ts'
import { nodeUrlsOf, startRebalancing, tellNodes } from './nodes/rebalance.ts'
import { ensureOperator } from './operator.ts'
import { cutOffRemovedHosts } from './removed-hosts.ts'
import { startTracing } from './tracing.ts'
import { upgradeDatabase } from './upgrade-database.ts'

export interface ControlPlane {
  apiUrl: string
  agentUrl: string
  /** PEM of the authority that signed this node's certificate. */
  caPem: string
  store: Store
  audit: Audit
  /** The values of settings as this node has them. */
  settings: Settings
  hub: AgentHub
  lease: NodeLease
  peers: Peers
  stop(): Promise<void>
  /** What time brings, at once: see the kernel's. For tests. */
  tidy(): Promise<void>
  /** As if the process had died, the database living on. For tests. */
  crash(): Promise<void>
}

export interface Overrides {
  /** Instead of the embedded database or DATABASE_URL. */
  databaseUrl?: string
  openNetworkDriver?: OpenNetworkDriver
  /** Torture only. */
  faults?: KernelOptions['faults']
  engine?: KernelOptions['engine']
  reconcile?: KernelOptions['reconcile']
  /** How often agents tell how they are; the hub's own default unless given. */
  heartbeatIntervalMs?: number
  /** How long the node's lease lasts, and how often it is renewed. */
  lease?: Partial<LeaseTiming>
  /** Another process runs under the name of this node; by now this one does nothing any more. */
  onSuperseded?(): void
  log: Log
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
}

export async function startControlPlane(config: ControlPlaneConfig, overrides: Overrides): Promise<ControlPlane> {
  const { log } = overrides
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const server = overrides.databaseUrl
    ? null
    : await startDatabaseServer(
        async () =>
          resolveDatabase(await databaseEnvironment(config.dataDir), { dataDir: join(config.dataDir, 'postgres') }),
        log,
      )
  const databaseUrl = overrides.databaseUrl ?? server?.url ?? ''
  const database = openDatabase(databaseUrl, {
    onChange(answers, error) {
      if (answers) return log.info('the database answers again')
      log.error('the database does not answer', { error: String(error) })
      server?.revive()
    },
  })
  const { version } = packageJson
  const plugins = await upgradeDatabase({ databaseUrl, config, version, log }).catch(async (error: unknown) => {
    await Promise.all([database.close(), server?.stop()])
    throw error
  })
  const authority = await openAuthority({ directory: join(config.dataDir, 'authority') })
  const urls = urlsOf(config)
  const identity = await nodeCertificate(config, urls, authority)

  const metrics = createMetrics()
  const tracing = startTracing(config.traces, { node: config.node, version }, log)
  const hub: AgentHub = createAgentHub({
    onCallEnd: observeAgents(metrics, () => hub.hosts().length),
    node: config.node,
    heartbeatIntervalMs: overrides.heartbeatIntervalMs,
    poolsIntervalMs: () => cloud.kernel.settings.get(usageSeconds) * 1000,
    authorize: (peer) => authorizeAgents(lease, cloud.store)(peer),
    nodeUrls: () => nodeUrlsOf(lease),
  })
  const hosts = (): number => hub.hosts().length
  const { lease, closeLease } = await openLease({ databaseUrl, config, urls, version, hosts, overrides })
  const peers = createPeers({ lease, hub, identity, caPem: authority.certificatePem })
  // First of all that is done when the lease is lost: nothing is sent any more, not even that work is given up.
  lease.onLost(() => {
    hub.sever()
    peers.sever()
  })
  const mintToken = () => createRegistrationToken(authority.fingerprint)
  const joining = createJoining({
    lease,
    tickets: createTickets(database),
    mintToken,
    dataDir: config.dataDir,
    agentUrl: urls.agents,
    databaseUrl,
    isEmbedded: server?.isEmbedded ?? false,
  })
  const agents = createAgentCalls({
    hub,
    routes: peers.routes,
    checkLease: lease.check,
    graceMs: () => cloud.kernel.settings.get(hostGraceMs),
    tuning: () => breakerTuning(cloud.kernel.settings)(),
  })
  const facts = { database, migrations, dataDir: config.dataDir, certificateEnds: identity.notAfter, hub }
  const cloud = composeCloud({
    database,
    agents,
    openNetworkDriver: overrides.openNetworkDriver ?? networkDrivers(log.error),
    lease,
    cluster: peers.cluster,
    mintToken,
    issueJoinToken: joining.issue,
    masterKey: await openKeyring(config.dataDir),
    keyFiles: createKeyFiles(config.dataDir),
    auditAnchorsFile: join(config.dataDir, 'audit-anchors.jsonl'),
    plugins,
    imageUrl: (image) => `${urls.agents}${IMAGE_PATH}${image}`,
    log,
    limits: config.limits,
    metrics,
    tracer: tracing.tracer,
    version,
    checks: [...nodeChecks(facts), leaseCheck(lease)],
    examiners: [...nodeExaminers(facts), examineNodes(database)],
    tls: { key: identity.keyPem, cert: identity.chainPem },
    fallback: config.consoleDir ? consoleFiles(config.consoleDir) : undefined,
    faults: overrides.faults,
    engine: overrides.engine,
    reconcile: overrides.reconcile,
  })
  const { kernel, store, identity: people, registration, consoles } = cloud
  // A node that was away when the master key was changed asks the others for it.
  peers.start()
  await cloud.keys.open()
  await ensureOperator(config, { store, identity: people, log })
  const agentServer = createAgentServer({
    store,
    hub,
    authority,
    identity,
    registration,
    admitNode: joining.admit,
    log,
  })
  peers.attach(agentServer)
  attachConsoles(kernel.app.server as unknown as Server, { consoles, agents, forward: peers.forwardUpgrade, log })
  // Hosts come when everybody who follows them listens.
  await kernel.start()
  tellNodes({ lease, hub })
  startRebalancing({ lease, hub, isReached: peers.isUp })
  const stopCuttingOff = cutOffRemovedHosts({ store, hub, log })
  const stopHealth = startHealth({ config, lease, peers, database, log })
  await listen(agentServer, config.agents.port, config.agents.host)
  await kernel.app.listen({ host: config.api.host, port: config.api.port })
  const stopMetrics = config.metrics ? await serveMetrics(metrics, config.metrics.port) : () => {}

  const close = async (): Promise<void> => {
    stopMetrics()
    stopHealth()
    stopCuttingOff()
    await tracing.close()
    peers.close()
    hub.close()
    agentServer.closeAllConnections()
    agentServer.close()
    await Promise.all([database.close(), closeLease()])
  }
  return {
    apiUrl: `https://${config.api.host}:${config.api.port}`,
    agentUrl: urls.agents,
    caPem: authority.certificatePem,
    store,
    audit: kernel.audit,
    settings: kernel.settings,
    hub,
    lease,
    peers,
    async stop() {
      await kernel.stop()
      await close()
      await server?.stop()
    },
    tidy: () => kernel.tidy(),
    async crash() {
      await kernel.crash()
      await close()
    },
  }
}
