import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consoleFiles } from './console-files.ts'

let root: string
let app: FastifyInstance

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'console-files-'))
  await writeFile(join(root, 'index.html'), '<title>console</title>')
  await writeFile(join(root, 'app.js'), 'run()')
  await writeFile(`${root}.js`, 'outside')
  app = fastify()
  const serve = consoleFiles(root)
  app.setNotFoundHandler(async (request, reply) =>
    (await serve(request, reply)) ? reply : reply.code(404).send('none'),
  )
})
afterAll(async () => {
  await app.close()
  await rm(root, { recursive: true })
  await rm(`${root}.js`)
})

test('[ui.console] files are served by type, and every page is the one page', async () => {
  expect((await app.inject('/app.js')).headers['content-type']).toContain('javascript')
  for (const page of ['/', '/vms', '/vms/1/console/vnc'])
    expect((await app.inject(page)).body).toBe('<title>console</title>')
})

test('[ui.console] files are compressed for those who can read that', async () => {
  const zipped = await app.inject({ url: '/app.js', headers: { 'accept-encoding': 'gzip, br' } })
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(zipped.rawPayload).toString()).toBe('run()')
  expect((await app.inject('/app.js')).headers).not.toHaveProperty('content-encoding')
})

test('[ui.console] the API, missing assets and paths that climb out are not served', async () => {
  const outside = `/..%2f${root.split('/').at(-1)}.js`
  for (const path of ['/v1/nothing', '/absent.js', outside, '/%00.js', '/..%2f..%2fetc%2fpasswd.js'])
    expect((await app.inject(path)).statusCode, path).toBe(404)
})
