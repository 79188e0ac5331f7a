/** One node of the control plane: database, API, agents. */
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import type { Server } from 'node:https'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { IMAGE_PATH } from '@basalt/contracts'
import { hostGraceMs, type OpenNetworkDriver } from '@basalt/infrastructure'
import {
  type Audit,
  type KernelOptions,
  type Log,
  masterKey,
  migrate,
  openDatabase,
  type Settings,
  type Store,
} from '@basalt/kernel'
import { createMetrics } from '@basalt/observe'
import { createRegistrationToken, type IssuedIdentity, openAuthority } from '@basalt/pki'
import { resolveDatabase } from '@basalt/postgres'
import { type AgentHub, createAgentHub } from '@basalt/transport'
import packageJson from '../package.json' with { type: 'json' }
import { createAgentCalls } from './agent-calls.ts'
import { observeAgents } from './agent-metrics.ts'
import { authorizeKnownHosts, createAgentServer } from './agent-server.ts'
import { composeCloud } from './cloud.ts'
import type { ControlPlaneConfig } from './config.ts'
import { consoleFiles } from './console-files.ts'
import { attachConsoles } from './console-proxy.ts'
import { startDatabaseServer } from './database-server.ts'
import { serveMetrics } from './metrics-server.ts'
import { migrations } from './migrations.ts'
import { networkDrivers } from './network-drivers.ts'
import { startTracing } from './tracing.ts'

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
  log: Log
}

const LOCAL = ['localhost', '127.0.0.1', '::1']

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
}

async function ensureOperator(
  config: ControlPlaneConfig,
  bootstrap: (operator: { username: string; password: string }) => Promise<boolean>,
  log: Log,
): Promise<void> {
  if (!config.operator) return
  const { username, passwordFile } = config.operator
  const password = (await readFile(passwordFile, 'utf8')).trim()
  if (await bootstrap({ username, password })) log.info('made the first operator', { username })
}

async function nodeCertificate(
  config: ControlPlaneConfig,
  authority: Awaited<ReturnType<typeof openAuthority>>,
): Promise<IssuedIdentity> {
  const names = [...new Set([...LOCAL, ...config.names, config.api.host, config.agents.host])].filter(
    (name) => name !== '0.0.0.0' && name !== '::',
  )
  return authority.issueServerCertificate({
    dnsNames: names.filter((name) => isIP(name) === 0),
    ipAddresses: names.filter((name) => isIP(name) !== 0),
  })
}

export async function startControlPlane(config: ControlPlaneConfig, overrides: Overrides): Promise<ControlPlane> {
  const { log } = overrides
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const server = overrides.databaseUrl
    ? null
    : await startDatabaseServer(() => resolveDatabase(process.env, { dataDir: join(config.dataDir, 'postgres') }), log)
  const database = openDatabase(overrides.databaseUrl ?? server?.url ?? '', {
    onChange(answers, error) {
      if (answers) return log.info('the database answers again')
      log.error('the database does not answer', { error: String(error) })
      server?.revive()
    },
  })
  const applied = await migrate(database, migrations)
  if (applied.length > 0) log.info('applied migrations', { migrations: applied })
  const [lease] = await database.query<{ epoch: number }>(`select nextval('epoch_seq') as epoch`)
  const authority = await openAuthority({ directory: join(config.dataDir, 'authority') })
  const identity = await nodeCertificate(config, authority)
  const agentUrl = config.agents.url ?? `https://${config.agents.host}:${config.agents.port}`

  const metrics = createMetrics()
  const { version } = packageJson
  const tracing = startTracing(config.traces, { node: config.node, version }, log)
  const hub: AgentHub = createAgentHub({
    onCallEnd: observeAgents(metrics, () => hub.hosts().length),
    node: config.node,
    heartbeatIntervalMs: overrides.heartbeatIntervalMs,
    authorize: (peer) => authorizeKnownHosts(cloud.store)(peer),
  })
  const agents = createAgentCalls(hub, () => cloud.kernel.settings.get(hostGraceMs))
  const cloud = composeCloud({
    database,
    agents,
    openNetworkDriver: overrides.openNetworkDriver ?? networkDrivers(log.error),
    node: config.node,
    epoch: lease?.epoch ?? 0,
    mintToken: () => createRegistrationToken(authority.fingerprint),
    masterKey: await masterKey(join(config.dataDir, 'master.key')),
    auditAnchorsFile: join(config.dataDir, 'audit-anchors.jsonl'),
    imageUrl: (image) => `${agentUrl}${IMAGE_PATH}${image}`,
    log,
    limits: config.limits,
    metrics,
    tracer: tracing.tracer,
    version,
    tls: { key: identity.keyPem, cert: identity.chainPem },
    fallback: config.consoleDir ? consoleFiles(config.consoleDir) : undefined,
    faults: overrides.faults,
    engine: overrides.engine,
    reconcile: overrides.reconcile,
  })
  const { kernel, store, identity: people, registration, consoles } = cloud
  await ensureOperator(config, people.bootstrap, log)
  const agentServer = createAgentServer({ store, hub, authority, identity, registration, log })
  attachConsoles(kernel.app.server as unknown as Server, { consoles, agents, log })
  // Hosts come when everybody who follows them listens.
  await kernel.start()
  await listen(agentServer, config.agents.port, config.agents.host)
  await kernel.app.listen({ host: config.api.host, port: config.api.port })
  const stopMetrics = config.metrics ? await serveMetrics(metrics, config.metrics.port) : () => {}

  const close = async (): Promise<void> => {
    stopMetrics()
    await tracing.close()
    hub.close()
    agentServer.closeAllConnections()
    agentServer.close()
    await database.close()
  }
  return {
    apiUrl: `https://${config.api.host}:${config.api.port}`,
    agentUrl,
    caPem: authority.certificatePem,
    store,
    audit: kernel.audit,
    settings: kernel.settings,
    hub,
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
