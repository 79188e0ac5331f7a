/** Puts the modules together over a database, the agents and the network drivers. Everything is handed in; nothing is started here. */
import { computeModule, createConsoles, vmsOfLostHost } from '@basalt/compute'
import { IMAGE_PATH, type ImageSource } from '@basalt/contracts'
import { createIdentity, type Identity } from '@basalt/identity'
import { imageModule, imageOrigin } from '@basalt/image'
import {
  type AgentCalls,
  createFabrics,
  createPresence,
  createRegistration,
  type HostRow,
  infrastructureModule,
  type MintToken,
  type OpenNetworkDriver,
  type Presence,
  type Registration,
} from '@basalt/infrastructure'
import {
  breakerTuning,
  type Cluster,
  createKernel,
  createKeys,
  createLiveSettings,
  createSealer,
  createStore,
  type Database,
  isOutage,
  type Kernel,
  type KernelOptions,
  type KeyFiles,
  type Keyring,
  type Keys,
  keyringOf,
  type Log,
  type Module,
  type NodeLease,
  nodeUnreachable,
  noKeyFiles,
  PLATFORM,
  Problem,
  quotaModule,
  type Settings,
  type Store,
} from '@basalt/kernel'
import { networkModule } from '@basalt/network'
import { notificationModule } from '@basalt/notification'
import { createImageCache, createPoolMounts, disksOfLostHost, storageModule } from '@basalt/storage'
import { type Joining, nodesModule } from './nodes/join.ts'
import { createPlugins, type Foundations, serviceModules } from './plugins/create.ts'
import { builtInDrivers, openWithPlugins, overDefinitions, withDrivers } from './plugins/drivers.ts'
import { noPlugins, type Plugins } from './plugins/index.ts'
import type { LoadedPlugin } from './plugins/load.ts'
import { pluginObservers, pluginPolicies } from './plugins/observers.ts'
import { allResources, quotas } from './resources.ts'

export interface CloudOptions {
  database: Database
  agents: AgentCalls
  openNetworkDriver: OpenNetworkDriver
  /** What this node acts by, and its way to the other nodes. */
  lease: NodeLease
  cluster: Cluster
  mintToken: MintToken
  /** A token for another control-plane node. */
  issueJoinToken: Joining['issue']
  /** Kept outside the database: secrets at rest are encrypted with them. A key of 32 bytes alone is never changed. */
  masterKey: Buffer | Keyring
  /** Where this node keeps the master keys. */
  keyFiles?: KeyFiles
  /** Where this node keeps heads of the audit besides the database. */
  auditAnchorsFile?: string
  /** What adds to it; nothing unless given. */
  plugins?: Plugins
  /** Where hosts fetch an image. */
  imageUrl(image: string): string
  log: Log
  tls?: KernelOptions['tls']
  fallback?: KernelOptions['fallback']
  limits?: KernelOptions['limits']
  metrics?: KernelOptions['metrics']
  tracer?: KernelOptions['tracer']
  version?: KernelOptions['version']
  checks?: KernelOptions['checks']
  examiners?: KernelOptions['examiners']
  /** Torture only. */
  faults?: KernelOptions['faults']
  engine?: KernelOptions['engine']
  /** When reconcilers run. */
  reconcile?: KernelOptions['reconcile']
}

export interface Cloud {
  kernel: Kernel
  store: Store
  identity: Identity
  registration: Registration
  consoles: ReturnType<typeof createConsoles>
  keys: Keys
}

/** Hosts fetch an image from the node that has its file. */
function imageSources(store: Store, { lease, imageUrl }: Pick<CloudOptions, 'lease' | 'imageUrl'>) {
  return async (image: string): Promise<ImageSource> => {
    const origin = await imageOrigin(store, image)
    if (!origin)
      throw new Problem({
        status: 409,
        code: 'IMAGE_GONE',
        detail: 'The image was deleted meanwhile.',
        remedy: 'Choose another image.',
      })
    const { node, sha256, sizeBytes } = origin
    if (node === '' || node === lease.node) return { url: imageUrl(image), sha256, sizeBytes }
    const keeper = lease.nodes().find(({ name, alive }) => alive && name === node)
    if (!keeper) throw nodeUnreachable(node)
    return { url: `${keeper.agentUrl}${IMAGE_PATH}${image}`, sha256, sizeBytes }
  }
}

/** Tells of a host's trouble; that the database is away is told once, by itself. */
const hostTrouble =
  (log: Log, message: string) =>
  (error: unknown, host: string): void => {
    if (!isOutage(error)) log.error(message, { host, error: String(error) })
  }

/** Follows the agents: which hosts are up, and that their pools are usable. */
function presenceOf({ agents, lease, log }: CloudOptions, store: Store, settings: Settings): Presence {
  return createPresence({
    store,
    agents,
    lease,
    settings,
    async onUp(id, open, context) {
      const host = await store.get<HostRow>('host', id, PLATFORM)
      if (host) await createPoolMounts({ store, agents, context }).openAllOn(host, open)
    },
    onError: hostTrouble(log, 'a host could not be brought up to date'),
  })
}

function presenceModule(presence: Presence): Module {
  return {
    name: 'presence',
    slices: [],
    start: () => presence.start(),
    // A task that a former node left may need its hosts: without them it would fail for no reason of its own.
    ready: () => presence.settled(),
    stop: async () => presence.stop(),
  }
}

/** Store and settings over the kinds of the platform and of these plugins. */
function lay({ database, lease, log }: CloudOptions, ring: Keyring, plugins: readonly LoadedPlugin[]): Foundations {
  const added = plugins.flatMap(({ plugin }) => plugin.resources ?? [])
  const resources = [...withDrivers(allResources, plugins), ...added]
  const store = createStore(database, resources, createSealer(ring), lease)
  const onError = (error: unknown): void => log.error('settings cannot be read', { error: String(error) })
  return { store, settings: createLiveSettings({ store, onError }) }
}

export function composeCloud(options: CloudOptions): Cloud {
  const { agents, log, lease, cluster } = options
  const ring = keyringOf(options.masterKey)
  const { loaded, faults } = options.plugins ?? noPlugins(log)
  const { store, settings, plugins } = createPlugins(loaded, (them) => lay(options, ring, them), { faults, log })
  const keys = createKeys({ store, keys: ring, files: options.keyFiles ?? noKeyFiles, cluster, lease, log })
  const drivers = builtInDrivers(allResources)
  const open = openWithPlugins(options.openNetworkDriver, plugins, drivers, log.error)
  const patience = { tuning: breakerTuning(settings) }
  const fabrics = createFabrics({ store, open, lease, patience })
  const identity = createIdentity(store, settings)
  const registration = createRegistration(store, settings, options.mintToken)
  const consoles = createConsoles({ store, agents, settings, node: lease.node })
  const cache = createImageCache({ store, tasks: () => kernel.tasks })
  const presence = presenceOf(options, store, settings)
  // VMs before their disks: whose disks were there is known by them.
  const duties = [vmsOfLostHost({ store, fabrics }), disksOfLostHost({ store })]
  const modules: Module[] = [
    keys.module,
    identity.module,
    infrastructureModule({ store, agents, presence, duties, fabrics, registration }),
    storageModule({
      store,
      agents,
      settings,
      sources: imageSources(store, options),
      onError: hostTrouble(log, 'pools could not be looked at'),
    }),
    imageModule({ store, lease, cluster }),
    networkModule({ store, fabrics }),
    computeModule({
      store,
      lease,
      agents,
      fabrics,
      cache,
      consoles,
      policies: pluginPolicies(plugins),
      onError: hostTrouble(log, 'guests could not be compared'),
    }),
    notificationModule({
      store,
      viewerOf: ({ user, account }) => identity.access.callerNow(user, account),
      onError: (error, webhook) => log.error('events could not be sent', { webhook, error: String(error) }),
    }),
    presenceModule(presence),
    nodesModule(store, options.issueJoinToken),
    quotaModule({ store, kinds: quotas }),
    ...serviceModules(plugins, faults),
    pluginObservers(plugins, { store, lease, log }),
  ]
  const kernel: Kernel = createKernel({
    store,
    modules: overDefinitions(modules, store.catalogue.resources),
    node: lease.node,
    lease,
    cluster,
    tls: options.tls,
    authenticate: identity.authenticate,
    callerNow: ({ user, account }) => identity.access.callerActing(user, account),
    rates: identity.rates,
    fallback: options.fallback,
    masterKeys: ring,
    auditAnchorsFile: options.auditAnchorsFile,
    log,
    limits: options.limits,
    metrics: options.metrics,
    tracer: options.tracer,
    version: options.version,
    checks: options.checks,
    examiners: [...(options.examiners ?? []), faults.examiner],
    faults: options.faults,
    engine: options.engine,
    settings,
    reconcile: options.reconcile,
  })
  kernel.metrics.read('basalt_passwords_waiting', 'Passwords that wait to be hashed.', identity.passwordsWaiting)
  return { kernel, store, identity, registration, consoles, keys }
}
