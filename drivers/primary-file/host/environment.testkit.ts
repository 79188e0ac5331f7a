import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ImageSource, PoolSpec, PrimaryStorageDriver } from '@basalt/contracts'
import { hostCall } from '@basalt/testkit/contracts'
import { listenOnFreePort } from '@basalt/testkit/ports'
import { createPrimaryFileHost, type PrimaryFileDeps } from './driver.ts'
import { mountTmpfs } from './file-system.testkit.ts'

/** Runs a program of the system. */
export async function run(program: string, args: string[]): Promise<string> {
  return (await promisify(execFile)(program, args)).stdout
}

/** An image store over HTTP with ranges, that can misbehave. */
export interface ImageServer {
  source: ImageSource
  /** First byte asked for, per request. */
  offsets: number[]
  /** Break the connection after so many bytes of each of the next answers. */
  cuts: number[]
  /** Send these bytes instead of the image. */
  content: Buffer
  openImage: PrimaryFileDeps['openImage']
  close(): Promise<void>
}

async function openRange(url: string, offset: number, signal: AbortSignal): Promise<IncomingMessage> {
  const asked = get(url, { headers: { range: `bytes=${offset}-` }, agent: false, signal })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  if (answer.statusCode !== 206) throw new Error(`the image store answered ${answer.statusCode}`)
  return answer
}

/** Serves `content` on loopback. */
export async function serveImage(content: Buffer): Promise<ImageServer> {
  const server = createServer((request, response) => {
    const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    state.offsets.push(offset)
    const rest = state.content.subarray(offset)
    response.writeHead(206, { 'content-length': rest.length })
    const cut = state.cuts.shift()
    if (cut === undefined) response.end(rest)
    else response.write(rest.subarray(0, cut), () => response.socket?.end())
  })
  const url = `http://127.0.0.1:${await listenOnFreePort(server)}/image`
  const sha256 = createHash('sha256').update(content).digest('hex')
  const state: ImageServer = {
    source: { url, sha256, sizeBytes: content.length },
    offsets: [],
    cuts: [],
    content,
    openImage: (source, offset, signal) => openRange(source.url, offset, signal),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return state
}

/** A directory, a pool in it and a driver. */
export interface Environment {
  directory: string
  pool: PoolSpec
  driver: PrimaryStorageDriver
  /** Names of all files and directories of the pool below its root, sorted. */
  files(): Promise<string[]>
}

/** Everything made by a test file, cleaned up by `close` in reverse order. */
export interface Workshop {
  /** Makes a pool in a fresh directory, or in the one given, and opens it. */
  pool(kind: 'local' | 'smp', deps: PrimaryFileDeps, directory?: string): Promise<Environment>
  directory(): Promise<string>
  /** A fresh directory that is a file system of its own, of so many MiB. */
  tmpfs(sizeMebibytes: number): Promise<string>
  image(content: Buffer): Promise<ImageServer>
  /** Runs at the end. */
  later(work: () => Promise<unknown>): void
  close(): Promise<void>
}

export function createWorkshop(): Workshop {
  const undo: Array<() => Promise<unknown>> = []
  const workshop: Workshop = {
    async directory() {
      const path = await mkdtemp(join(tmpdir(), 'pool-'))
      undo.push(() => rm(path, { recursive: true, force: true }))
      return path
    },
    async tmpfs(sizeMebibytes) {
      const path = await workshop.directory()
      undo.push(await mountTmpfs(path, sizeMebibytes))
      return path
    },
    async image(content) {
      const server = await serveImage(content)
      undo.push(server.close)
      return server
    },
    async pool(kind, deps, given) {
      const directory = given ?? (await workshop.directory())
      const pool: PoolSpec = { pool: crypto.randomUUID(), kind, path: directory }
      const driver = createPrimaryFileHost({ retryPauseMs: 1, ...deps })
      await driver.commands.open({ pool, initialize: true }, hostCall())
      const files = async () => (await readdir(directory, { recursive: true })).sort()
      return { directory, pool, driver, files }
    },
    later: (work) => undo.push(work),
    async close() {
      for (const work of undo.reverse()) await work()
    },
  }
  return workshop
}

/** Bytes of a qcow2 image with some random content, so that it has about `contentBytes`. */
export async function makeImage(directory: string, contentBytes: number, options: string[] = []): Promise<Buffer> {
  const path = join(directory, `image-${crypto.randomUUID()}.qcow2`)
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', ...options, path, '64M'])
  const random = join(directory, 'random')
  await run('dd', ['if=/dev/urandom', `of=${random}`, `bs=${contentBytes}`, 'count=1', 'status=none'])
  await run('qemu-io', ['-f', 'qcow2', '-c', `write -s ${random} 0 ${contentBytes}`, path])
  const content = await readFile(path)
  await rm(path)
  return content
}

/** An image source for tests that fetch nothing. */
export const noImages: PrimaryFileDeps = {
  openImage: () => Promise.reject(new Error('this test has no images')),
}

/** Expects a rejection with this code and returns the error. */
export async function rejection(work: Promise<unknown>): Promise<{ code: string; remedy: string; details?: unknown }> {
  const error: unknown = await work.then(
    () => new Error('nothing went wrong'),
    (reason: unknown) => reason,
  )
  return error as { code: string; remedy: string; details?: unknown }
}

/** Codes of rejections, in the order of the attempts, which may run at the same time. */
export async function codes(attempts: Array<Promise<unknown>>): Promise<string[]> {
  return (await Promise.all(attempts.map(rejection))).map(({ code }) => code)
}
