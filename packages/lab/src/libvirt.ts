import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabNode } from './namespace.ts'
import type { HostState } from './state.ts'

const CAPABILITIES = 'var/cache/libvirt/qemu/capabilities'

/** libvirt's findings about the QEMU binaries, kept between hosts and runs: to make them takes it 8 s of CPU time. */
export interface CapabilitiesCache {
  /** Runs `start` on a host that has the findings; the first host ever makes them while the others wait. */
  withFindings(node: LabNode, start: () => Promise<void>): Promise<void>
}

/** The cache in `directory`; libvirt itself rejects findings about other binaries than those installed. */
export function createCapabilitiesCache(directory: string): CapabilitiesCache {
  let making: Promise<void> | undefined
  const isFilled = () => existsSync(directory) && readdirSync(directory).length > 0
  return {
    async withFindings(node, start) {
      const own = join(node.directory, CAPABILITIES)
      if (!isFilled() && making === undefined) {
        making = start()
          .then(() => probe(node))
          .then(() => store(own, directory))
        return making
      }
      await making
      if (!existsSync(own)) cpSync(directory, own, { recursive: true, preserveTimestamps: true })
      await start()
    },
  }
}

/** Any question about what QEMU can do makes libvirt look. */
async function probe(node: LabNode): Promise<void> {
  await node.exec('virsh', ['-q', '-c', 'qemu:///system', 'capabilities'])
}

function store(own: string, directory: string): void {
  if (!existsSync(own)) return
  rmSync(directory, { recursive: true, force: true })
  cpSync(own, directory, { recursive: true, preserveTimestamps: true })
}

/** Starts libvirtd unless it runs. It listens on its unix sockets only. */
export async function ensureLibvirt(
  node: LabNode,
  host: HostState,
  options: { managementAddress: string; cache: CapabilitiesCache },
): Promise<void> {
  if (node.isDaemonAlive('libvirtd')) return
  configure(node, host, options.managementAddress)
  await options.cache.withFindings(node, () =>
    node.ensureDaemon({
      name: 'libvirtd',
      command: 'libvirtd',
      args: ['--daemon', '--pid-file', '/run/libvirtd.pid'],
      pidFile: '/run/libvirtd.pid',
    }),
  )
}

function configure(node: LabNode, host: HostState, managementAddress: string): void {
  const directory = join(node.directory, 'etc/libvirt')
  mkdirSync(join(directory, 'qemu'), { recursive: true })
  writeSettings(join(directory, 'libvirtd.conf'), {
    listen_tls: 0,
    listen_tcp: 0,
    auth_unix_rw: 'none',
    auth_unix_ro: 'none',
    unix_sock_group: 'root',
    unix_sock_rw_perms: '0700',
    unix_sock_ro_perms: '0700',
    host_uuid: host.libvirtUuid,
    ovs_timeout: 30,
    log_outputs: '2:file:/var/log/libvirt/libvirtd.log',
  })
  writeSettings(join(directory, 'qemu.conf'), {
    user: 'root',
    group: 'root',
    security_driver: 'none',
    namespaces: [],
    dynamic_ownership: 0,
    remember_owner: 0,
    stdio_handler: 'file',
    migration_address: managementAddress,
    migration_host: managementAddress,
  })
}

/** libvirt's configuration format: strings in double quotes, numbers, lists in brackets. */
function writeSettings(file: string, settings: Record<string, string | number | string[]>): void {
  const text = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
  writeFileSync(file, text.join(''), { mode: 0o600 })
}
