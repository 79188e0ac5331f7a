import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DomainSpec, HypervisorDriver } from '@basalt/contracts'
import { startLibvirtd, type TestLibvirtd } from '@basalt/libvirt/testing'
import { buildTinyImage } from '@basalt/tiny-image'
import { createLibvirtDriver } from './driver.ts'

/** A libvirtd of its own, with disks for guests. */
export interface RealHost {
  readonly daemon: TestLibvirtd
  readonly stateDir: string
  openDriver(maxConcurrentBoots?: number): Promise<HypervisorDriver>
  /** A guest with a disk of its own that boots the tiny image; with `blank` the disk is empty. It is not started. */
  newDomain(options?: { blank?: boolean; change?: Partial<DomainSpec> }): Promise<DomainSpec>
  diskPath(layer: string): string
  stop(): Promise<void>
}

/** Builds the image and starts the daemon. */
export async function startRealHost(): Promise<RealHost> {
  const build = await mkdtemp(join(tmpdir(), 'driver-image-'))
  const image = await buildTinyImage({ cacheDir: join(build, 'cache'), output: join(build, 'tiny.qcow2') })
  const daemon = await startLibvirtd()
  const base = join(daemon.directory, 'tiny.qcow2')
  await copyFile(image.path, base)
  await rm(build, { recursive: true })
  const stateDir = join(daemon.directory, 'state')
  const diskPath = (layer: string) => join(daemon.directory, `${layer}.qcow2`)
  let made = 0

  return {
    daemon,
    stateDir,
    diskPath,
    openDriver: (maxConcurrentBoots = 2) =>
      createLibvirtDriver({
        ...{ socketPath: daemon.socketPath, daemonRoot: join(daemon.directory, 'root'), stateDir, maxConcurrentBoots },
        ...{ virtualization: 'tcg', bridge: 'br-int', datapath: 'userspace' },
        storage: { locate: async ({ layer }) => ({ type: 'file', format: 'qcow2', path: diskPath(layer) }) },
      }),
    async newDomain({ blank = false, change } = {}) {
      made += 1
      const number = String(made).padStart(12, '0')
      const volume = `22222222-0000-4000-8000-${number}`
      const content = blank ? [diskPath(volume), '16M'] : ['-F', 'qcow2', '-b', base, diskPath(volume)]
      await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', ...content])
      const pool = { pool: '44444444-0000-4000-8000-000000000001', kind: 'local', path: daemon.directory } as const
      return {
        vm: `11111111-0000-4000-8000-${number}`,
        title: `Guest <${made}>`,
        hostname: `guest-${made}`,
        vcpus: 1,
        memoryBytes: 128 * 1024 * 1024,
        disks: [{ volume, pool, layer: volume, index: 0 }],
        nics: [],
        ...change,
      }
    },
    stop: () => daemon.stop(),
  }
}
