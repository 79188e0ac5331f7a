import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CloudEnvironment, cloud, freePort, until } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

const image = qcow2Fixture({ dataClusters: 20 })
const handlers = new Map<string, Handler>()
let env: CloudEnvironment
let origin: Server
let base: string
let store: string

beforeAll(async () => {
  env = await cloud({ hosts: 1, furnished: false })
  store = await mkdtemp(join(tmpdir(), 'images-'))
  await env.ok('operator', 'POST', '/v1/image-stores', { name: 'images', path: join(store, 'store') })
  origin = createServer((incoming, response) => {
    const handler = handlers.get(incoming.url ?? '')
    if (handler) handler(incoming, response)
    else response.writeHead(404).end()
  })
  const port = await freePort()
  origin.listen(port, '127.0.0.1')
  await once(origin, 'listening')
  base = `http://127.0.0.1:${port}`
})
afterAll(async () => {
  origin.closeAllConnections()
  origin.close()
  await env.close()
  await rm(store, { recursive: true, force: true })
})

const add = (body: Record<string, unknown>, who: 'operator' | 'ada' = 'operator') =>
  env.call(who, 'POST', '/v1/images', { name: 'image', ...body }, { prefer: 'wait=30' })
const show = async (id: unknown) => (await env.call('operator', 'GET', `/v1/images/${id}`)).body
const files = async () =>
  (await Promise.all(['images', 'incoming'].map((part) => readdir(join(store, 'store', part))))).flat()

/** Serves the image as a web server does, from the byte that is asked for, breaking off at each of `breaks`. */
function serve(path: string, options: { breaks?: number[]; etag?: () => string; ranges?: string[] } = {}): string {
  const breaks = [...(options.breaks ?? [])]
  handlers.set(path, (incoming, response) => {
    const etag = options.etag?.() ?? '"1"'
    const wanted = /^bytes=(\d+)-$/.exec(incoming.headers.range ?? '')
    const valid = wanted && (incoming.headers['if-range'] ?? etag) === etag
    const start = valid ? Number(wanted[1]) : 0
    options.ranges?.push(incoming.headers.range ?? '')
    response.writeHead(valid ? 206 : 200, { 'content-length': image.bytes.length - start, etag })
    const end = breaks.shift()
    if (end === undefined) return void response.end(image.bytes.subarray(start))
    response.write(image.bytes.subarray(start, end), () => response.destroy())
  })
  return base + path
}

test('[img.add] an image by URL is fetched, checked and ready; redirects are followed', async () => {
  const url = serve('/plain')
  handlers.set('/moved', (_, response) => response.writeHead(302, { location: '/plain' }).end())
  for (const at of [url, `${base}/moved`]) {
    const { body } = await add({ url: at, sha256: image.sha256 })
    expect(body).toMatchObject({ state: 'succeeded' })
    expect(await show(body.resource)).toMatchObject({
      state: 'ready',
      sizeBytes: image.sizeBytes,
      virtualSizeBytes: image.virtualSizeBytes,
      sha256: image.sha256,
    })
    await env.ok('operator', 'DELETE', `/v1/images/${body.resource}`)
  }
  expect(await files()).toEqual([])
})

test('[img.add] a download that breaks off goes on where it was', async () => {
  const ranges: string[] = []
  const { body } = await add({ url: serve('/broken', { breaks: [300_000, 700_000], ranges }), sha256: image.sha256 })
  expect(body).toMatchObject({ state: 'succeeded' })
  const starts = ranges.map((range) => Number(/\d+/.exec(range)?.[0] ?? 0))
  expect(starts.length).toBe(3)
  expect(0 < (starts[1] ?? 0) && (starts[1] ?? 0) < (starts[2] ?? 0)).toBe(true)
  await env.ok('operator', 'DELETE', `/v1/images/${body.resource}`)
})

test('[img.add] a file that changed between two halves is fetched anew', async () => {
  let version = 0
  const url = serve('/changing', { breaks: [300_000], etag: () => `"${version++}"` })
  const { body } = await add({ url })
  expect(await show(body.resource)).toMatchObject({ state: 'ready', sha256: image.sha256 })
  await env.ok('operator', 'DELETE', `/v1/images/${body.resource}`)
})

const withBacking = qcow2Fixture({ backingFile: '/etc/passwd' })
test.each<[string, Handler, string, RegExp]>([
  ['is not there', (_, response) => response.writeHead(404).end(), 'IMAGE_UNREACHABLE', /answered 404/],
  [
    'redirects for ever',
    (_, response) => response.writeHead(302, { location: '/bad' }).end(),
    'IMAGE_UNREACHABLE',
    /redirects too often/,
  ],
  [
    'redirects to a file',
    (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    'IMAGE_UNREACHABLE',
    /not HTTP/,
  ],
  ['is no qcow2', (_, response) => response.end('<html>'.repeat(100)), 'IMAGE_INVALID', /not a qcow2/],
  ['has a backing file', (_, response) => response.end(withBacking.bytes), 'IMAGE_INVALID', /backing file/],
  ['is empty', (_, response) => response.end(), 'IMAGE_INVALID', /not a qcow2/],
  [
    'breaks off every time',
    (_, response) => response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy()),
    'IMAGE_UNREACHABLE',
    /did not give/,
  ],
])('[img.add] a URL whose file %s fails with the reason and leaves nothing', async (_, handler, code, message) => {
  handlers.set('/bad', handler)
  const { body } = await add({ url: `${base}/bad` })
  expect(body).toMatchObject({
    state: 'failed',
    cause: { code, message: expect.stringMatching(message), remedy: expect.any(String) },
  })
  expect(await show(body.resource)).toMatchObject({ state: 'failed', cause: { code } })
  expect(await files()).toEqual([])
  await env.ok('operator', 'DELETE', `/v1/images/${body.resource}`)
})

test('[img.add] a wrong checksum is refused', async () => {
  const { body } = await add({ url: serve('/sum'), sha256: 'a'.repeat(64) })
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'IMAGE_CHECKSUM_MISMATCH' } })
  expect(await files()).toEqual([])
  await env.ok('operator', 'DELETE', `/v1/images/${body.resource}`)
})

test.each([
  'http://127.0.0.1/x',
  'http://localhost/x',
  'http://[::1]/x',
  'http://[::ffff:127.0.0.1]/x',
  'http://0x7f000001/x',
  'http://10.0.0.1/x',
  'http://169.254.169.254/latest/meta-data',
])('[img.add] a tenant cannot make the platform fetch %s', async (url) => {
  const { body } = await add({ url }, 'ada')
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'URL_NOT_ALLOWED' } })
  await env.ok('ada', 'DELETE', `/v1/images/${body.resource}`)
})

test.each(['ftp://example.org/x', 'file:///etc/passwd', 'not a url', 'javascript:alert(1)'])(
  '[img.add] %s is no URL of an image',
  async (url) => {
    expect((await add({ url })).body).toMatchObject({ code: 'INVALID_INPUT', errors: [{ field: 'url' }] })
  },
)

/** Starts an upload that stays open; the caller sends the rest. */
function openUpload(id: unknown, token: string, declaredBytes: number) {
  const { apiUrl, caPem } = env.controlPlane()
  const upload = request(new URL(`/v1/images/${id}/content`, apiUrl), {
    method: 'PUT',
    ca: caPem,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': declaredBytes,
    },
  })
  const answer = new Promise<number>((resolve) => {
    upload.on('response', (response) => resolve(response.resume().statusCode ?? 0))
    upload.on('error', () => resolve(0))
  })
  return { upload, answer }
}

async function tokenOf(username: string, password: string): Promise<string> {
  return (await env.call(null, 'POST', '/v1/sessions', { username, password })).body.token as string
}

test('[img.add] an upload tells its progress, stands alone, may break and come again', async () => {
  const token = await tokenOf('ada', env.passwords.ada)
  const { body: task } = await env.call('ada', 'POST', '/v1/images', { name: 'mine', sha256: image.sha256 })
  const id = task.resource
  const first = openUpload(id, token, image.bytes.length)
  first.upload.write(image.bytes.subarray(0, 600_000))
  const told = await until('progress', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task.id}`)
    return (body.percent as number) > 0 ? body : null
  })
  expect(told.message).toMatch(/MiB received/)
  const second = openUpload(id, token, 5)
  second.upload.end('hello')
  expect(await second.answer).toBe(409)
  first.upload.destroy()
  await first.answer
  await until('the broken upload is over', async () => ((await files()).length === 0 ? true : null))
  const third = openUpload(id, token, image.bytes.length)
  third.upload.end(image.bytes)
  expect(await third.answer).toBe(204)
  await until('the image is ready', async () => ((await show(id)).state === 'ready' ? true : null))
  const fourth = openUpload(id, token, 5)
  fourth.upload.end('hello')
  expect(await fourth.answer).toBe(409)
  await env.ok('ada', 'DELETE', `/v1/images/${id}`)
  expect(await files()).toEqual([])
})

test('[img.add] an upload to an image of somebody else, to none, or larger than the store is refused', async () => {
  const { body: task } = await env.call('ada', 'POST', '/v1/images', { name: 'mine' })
  const bob = await tokenOf('bob', env.passwords.bob)
  const ada = await tokenOf('ada', env.passwords.ada)
  const attempt = async (id: unknown, token: string, declaredBytes: number) => {
    const { upload, answer } = openUpload(id, token, declaredBytes)
    upload.write('hello')
    const status = await answer
    upload.destroy()
    return status
  }
  expect(await attempt(task.resource, bob, 5)).toBe(404)
  expect(await attempt('not-an-id', ada, 5)).toBe(404)
  expect(await attempt(crypto.randomUUID(), ada, 5)).toBe(404)
  expect(await attempt(task.resource, ada, 2 ** 52)).toBe(507)
  await env.call('ada', 'POST', `/v1/tasks/${task.id}/cancel`)
  await until('the task ends', async () => ((await show(task.resource)).state === 'failed' ? true : null))
  await env.ok('ada', 'DELETE', `/v1/images/${task.resource}`)
})

test('[img.add] a task cancelled in the middle of an upload leaves nothing', async () => {
  const token = await tokenOf('ada', env.passwords.ada)
  const { body: task } = await env.call('ada', 'POST', '/v1/images', { name: 'mine' })
  const { upload, answer } = openUpload(task.resource, token, image.bytes.length)
  upload.write(image.bytes.subarray(0, 100_000))
  await until('it arrives', async () => ((await files()).length > 0 ? true : null))
  await env.call('ada', 'POST', `/v1/tasks/${task.id}/cancel`)
  await until('the task ends', async () => ((await show(task.resource)).state === 'failed' ? true : null))
  upload.end(image.bytes.subarray(100_000))
  expect(await answer).toBe(409)
  await env.ok('ada', 'DELETE', `/v1/images/${task.resource}`)
  expect(await files()).toEqual([])
})

test('[img.add] the store tells how full it is, and is kept while it has images', async () => {
  const { body } = await add({ url: serve('/kept') })
  const [row] = (await env.call('operator', 'GET', '/v1/image-stores')).body.items as {
    id: string
    availableBytes: number
    version: number
  }[]
  expect(row?.version).toBeGreaterThan(1)
  expect((await env.call('operator', 'DELETE', `/v1/image-stores/${row?.id}`)).body).toMatchObject({
    code: 'IN_USE',
    detail: expect.stringContaining('1 image ("image")'),
  })
  await env.ok('operator', 'DELETE', `/v1/images/${body.resource}`)
  expect(
    (await env.call('operator', 'POST', '/v1/image-stores', { name: 'x', path: '/proc/nothing' })).body,
  ).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [{ field: 'path' }],
  })
})
