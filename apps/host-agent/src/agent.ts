import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createLibvirtDriver } from '@basalt/hypervisor-libvirt/host'
import { createOtlpExporter, createTracer } from '@basalt/observe'
import { describeCertificate, type Identity, loadIdentity } from '@basalt/pki'
import { createPrimaryFileHost } from '@basalt/primary-file/host'
import { type ConnectionChange, createAgentConnection, followOpenPools, openLedger } from '@basalt/transport'
import { logged } from './commands.ts'
import type { AgentConfig } from './config.ts'
import { AgentError } from './errors.ts'
import { createImageSource } from './image-source.ts'
import { AGENT_VERSION, readBootId, takeInventory } from './inventory.ts'
import { createKnownNodes } from './known-nodes.ts'
import { errorFields, type Log } from './log.ts'
import { readSwitchFacts, removeStalePorts, type SwitchFacts } from './open-vswitch.ts'
import { keepCertificateFresh } from './rotation.ts'
import { claimStateDirectory } from './single-instance.ts'
import { createStatus } from './status.ts'
import { chooseVirtualization } from './virtualization.ts'

/** How long commands that were aborted may take to end. */
const COMMAND_GRACE_MS = 5_000

/** A running agent. */
export interface Agent {
  /** Leaves the control plane and ends what the agent does; guests keep running. */
  close(): Promise<void>
}

/** Puts the agent together and connects it. @throws AgentError HOST_NOT_REGISTERED, AGENT_RUNNING */
export async function runAgent(config: AgentConfig, log: Log): Promise<Agent> {
  const { stateDir } = config
  await openStateDirectory(stateDir)
  let identity = await requireIdentity(stateDir)
  const release = await claimStateDirectory(stateDir)
  const bootId = await readBootId()
  const choice = await chooseVirtualization({ configured: config.virtualization, stateDir, bootId })
  log('info', 'agent starts', { host: hostIdOf(identity), version: AGENT_VERSION, ...choice })

  const onProblem = (error: unknown) => log('error', 'something went wrong', errorFields(error))
  const storage = createPrimaryFileHost({ openImage: createImageSource(() => identity), writer: hostIdOf(identity) })
  let datapath: SwitchFacts['datapath'] | undefined
  const switchFacts = async () => {
    const facts = await readSwitchFacts(config.openVswitchSocket, config.bridge)
    datapath = facts.datapath
    return facts
  }
  const hypervisor = await createLibvirtDriver({
    socketPath: config.libvirtSocket,
    stateDir,
    virtualization: choice.virtualization,
    maxConcurrentBoots: config.maxConcurrentBoots,
    storage,
    bridge: config.bridge,
    // Looked at anew with every heartbeat; a guest that starts need not wait for another look.
    datapath: async () => datapath ?? (await switchFacts()).datapath,
    emulator: config.emulator,
    daemonRoot: config.libvirtRoot,
    onProblem,
  })
  // Before the first command may plug a guest in anew.
  const sweep = async (): Promise<void> => {
    const ports = await removeStalePorts(config.openVswitchSocket, config.bridge)
    if (ports.length > 0) log('info', 'ports of guests that are gone were removed', { ports })
  }
  const { tracer, stopTracing } = startTracing(config, hostIdOf(identity), onProblem)
  const ledger = await openLedger({ path: join(stateDir, 'ledger'), onProblem })
  const pools = followOpenPools(storage.commands)
  const knownNodes = createKnownNodes(stateDir)
  const connection = createAgentConnection({
    urls: config.controlPlaneUrls.map((url) => url.replace(/^https:/, 'wss:')),
    toldUrls: await knownNodes.load(),
    onNodes: (urls) => void knownNodes.save(urls).catch(onProblem),
    identity,
    hello: async () => {
      await sweep().catch(onProblem)
      return { agentVersion: AGENT_VERSION, bootId, inventory: await takeInventory(config, choice) }
    },
    status: createStatus({ hypervisor, checkSwitch: switchFacts }),
    pools: pools.look,
    interfaces: {
      hypervisor: logged('hypervisor', hypervisor.commands, log, tracer),
      storage: logged('storage', pools.commands, log, tracer),
    },
    streams: {
      vnc: ({ vm }: { vm: string }) => hypervisor.openConsole({ vm, kind: 'vnc' }),
      serial: ({ vm }: { vm: string }) => hypervisor.openConsole({ vm, kind: 'serial' }),
    },
    ledger,
    onChange: (change) => logConnection(log, change),
    onProblem,
  })
  const stopTelling = hypervisor.onChange((change) => {
    log('info', 'a guest changed', { vm: change.vm, state: change.state, reason: change.reason })
    connection.emit(change)
  })
  const stopRotation = keepCertificateFresh({
    urls: async () => [...config.controlPlaneUrls, ...(await knownNodes.load())],
    stateDir,
    identity: () => identity,
    onRenewed(renewed) {
      identity = renewed
      connection.updateIdentity(renewed)
    },
    log,
  })

  return {
    async close() {
      stopRotation()
      stopTelling()
      await connection.close(COMMAND_GRACE_MS)
      await hypervisor.close()
      await ledger.close()
      await stopTracing()
      release()
      log('info', 'agent stopped')
    },
  }
}

/** QEMU's user passes through it to seeds and consoles; what is secret in it has a mode of its own. */
async function openStateDirectory(stateDir: string): Promise<void> {
  await mkdir(stateDir, { recursive: true })
  await chmod(stateDir, 0o711)
}

/** Spans of commands, when a collector is configured. */
function startTracing({ tracesEndpoint }: AgentConfig, host: string, onError: (error: unknown) => void) {
  const endpoint = tracesEndpoint ?? process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint) return { tracer: undefined, stopTracing: async () => {} }
  const resource = {
    'service.name': 'basalt-host-agent',
    'service.instance.id': host,
    'service.version': AGENT_VERSION,
  }
  const exporter = createOtlpExporter({ endpoint, resource, onError })
  return { tracer: createTracer(exporter), stopTracing: exporter.close }
}

async function requireIdentity(stateDir: string): Promise<Identity> {
  const identity = await loadIdentity(stateDir)
  if (identity) return identity
  const remedy = 'Ask for a registration token and run the agent with `register`.'
  throw new AgentError('HOST_NOT_REGISTERED', 'This host is not registered.', remedy)
}

/** The host's id, which its certificate carries as common name. */
export function hostIdOf(identity: Identity): string {
  return describeCertificate(identity.certificatePem).commonName
}

function logConnection(log: Log, change: ConnectionChange): void {
  const { state, url } = change
  if (state === 'connecting') log('debug', 'connecting to the control plane', { url })
  else if (state === 'connected') log('info', 'connected to the control plane', { url, node: change.welcome.node })
  else
    log('warn', 'no connection to the control plane', {
      url,
      retryInMs: change.retryInMs,
      ...errorFields(change.reason),
    })
}
