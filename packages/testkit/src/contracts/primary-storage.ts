import type { PoolSpec, PrimaryStorageDeps, PrimaryStorageDriver } from '@basalt/contracts'
import { afterAll, beforeAll, describe } from 'vitest'
import { createTestImageStore, type TestImageStore } from './image-store.ts'
import { fetchTests } from './primary-storage-fetch.ts'
import { layerTests } from './primary-storage-layers.ts'
import { poolTests } from './primary-storage-pools.ts'

/** A primary storage driver with what its suite needs. */
export interface PrimaryStorageSubject {
  driver: PrimaryStorageDriver
  /** A fresh pool on storage that is there, but that no host has opened yet. */
  newPool(): Promise<PoolSpec>
  /** For shared pools: the driver of another host that sees the same storage. */
  otherHost?: PrimaryStorageDriver
  /** Take the pool's storage away from the host, as if it were not mounted. Returns how to bring it back. */
  unmount?(pool: PoolSpec): Promise<() => Promise<void>>
  /** Leave no space in the pool. Returns how to free it. */
  fill?(pool: PoolSpec): Promise<() => Promise<void>>
  /** Open a layer as a running guest does. Returns how to stop that guest. */
  openAsGuest?(pool: PoolSpec, layer: string): Promise<() => Promise<void>>
  /** Removes all it made. */
  close(): Promise<void>
}

/** What the tests of the suite share; filled before the first test. */
export interface PrimaryStorageSuite {
  subject: PrimaryStorageSubject
  images: TestImageStore
  /** A fresh pool, opened. */
  openPool(): Promise<PoolSpec>
}

/**
 * Registers the contract of `PrimaryStorageDriver` as tests under `name`. `createSubject` is called once; the driver must read
 * images by the `openImage` it is given.
 */
export function primaryStorageContract(
  name: string,
  createSubject: (deps: PrimaryStorageDeps) => Promise<PrimaryStorageSubject>,
): void {
  describe(name, () => {
    const suite = {} as PrimaryStorageSuite
    beforeAll(async () => {
      suite.images = createTestImageStore()
      suite.subject = await createSubject({ openImage: suite.images.openImage })
      suite.openPool = async () => {
        const pool = await suite.subject.newPool()
        await suite.subject.driver.commands.open(
          { pool, initialize: true },
          { signal: new AbortController().signal, progress() {} },
        )
        return pool
      }
    })
    afterAll(() => suite.subject?.close())

    describe('pools', () => poolTests(suite))
    describe('layers', () => layerTests(suite))
    describe('fetch', () => fetchTests(suite))
  })
}
