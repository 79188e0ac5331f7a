import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PoolSpec, PrimaryStorageDriver } from '@basalt/contracts'
import { primaryStorageContract } from '@basalt/testkit/contracts'
import { until } from '@basalt/testkit/wait'
import { createPrimaryFileHost } from './driver.ts'
import { createWorkshop, type Workshop } from './environment.testkit.ts'
import { fillFileSystem, tmpfsProblem } from './file-system.testkit.ts'

const POOLS_MEBIBYTES = 64
const canMount = (await tmpfsProblem()) === undefined

for (const kind of ['local', 'smp'] as const) {
  primaryStorageContract(
    `[ps.${kind}] [img.cache] ${kind} pools keep the contract of primary storage`,
    async (deps) => {
      const workshop = createWorkshop()
      const host = (writer: string) => createPrimaryFileHost({ ...deps, writer, retryPauseMs: 1 })
      const [driver, otherHost] = [host('host-1'), host('host-2')]
      // All pools in one small file system, which can be filled without harm.
      const root = canMount ? await workshop.tmpfs(POOLS_MEBIBYTES) : await workshop.directory()
      return {
        driver,
        otherHost: kind === 'smp' ? otherHost : undefined,
        async newPool() {
          const pool = crypto.randomUUID()
          const path = join(root, pool)
          await mkdir(path)
          return { pool, kind, path }
        },
        unmount: ({ path }) => unmount(path),
        fill: canMount ? () => fill(root) : undefined,
        openAsGuest: (pool, layer) => openAsGuest(workshop, driver, { pool, layer }),
        close: () => workshop.close(),
      }
    },
  )
}

/** An empty directory is all that is left where a file system was mounted. */
async function unmount(path: string): Promise<() => Promise<void>> {
  const away = `${path}.away`
  await rename(path, away)
  await mkdir(path)
  return async () => {
    await rmdir(path)
    await rename(away, path)
  }
}

async function fill(root: string): Promise<() => Promise<void>> {
  const filler = join(root, 'filler')
  await fillFileSystem(root, filler)
  return () => rm(filler)
}

/** QEMU's storage daemon holds the layer open for writing, with the locks that a guest's QEMU takes. */
async function openAsGuest(
  workshop: Workshop,
  driver: PrimaryStorageDriver,
  place: { pool: PoolSpec; layer: string },
): Promise<() => Promise<void>> {
  const { path } = await driver.locate(place)
  const directory = await workshop.directory()
  const [pidFile, socket] = [join(directory, 'pid'), join(directory, 'socket')]
  const daemon = spawn('qemu-storage-daemon', [
    ...['--blockdev', `driver=file,node-name=file,filename=${path}`],
    ...['--blockdev', 'driver=qcow2,node-name=layer,file=file'],
    ...['--export', `type=vhost-user-blk,id=e,node-name=layer,writable=on,addr.type=unix,addr.path=${socket}`],
    ...['--pidfile', pidFile],
  ])
  const ended = once(daemon, 'exit')
  await until('the layer to be open', () => readFile(pidFile).catch(() => null))
  return async () => {
    daemon.kill('SIGKILL')
    await ended
  }
}
