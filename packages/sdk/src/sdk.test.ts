import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CloudEnvironment, cloud as startCloud } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cloud, type ConnectOptions, collect, connect, shownCertificates, type TaskFailed } from './index.ts'

let env: CloudEnvironment
let directory: string
const clients: Cloud[] = []

async function as(username: 'ada' | 'admin', options: Partial<ConnectOptions> = {}): Promise<Cloud> {
  const { apiUrl, caPem } = env.controlPlane()
  const password = env.passwords[username === 'admin' ? 'operator' : username]
  const client = await connect({ url: apiUrl, ca: caPem, username, password, ...options })
  clients.push(client)
  return client
}

const vmInput = (name: string) => {
  const { zone, image, offering, network } = env.furniture
  return { name, zone, image, offering, networks: [{ network }] }
}

beforeAll(async () => {
  env = await startCloud()
  directory = await mkdtemp(join(tmpdir(), 'sdk-'))
})
afterAll(async () => {
  for (const client of clients) client.close()
  await env?.close()
  await rm(directory, { recursive: true, force: true })
})

test('[api.sdk] a VM from creation to deletion, with typed methods and waiters', async () => {
  const ada = await as('ada')
  expect(await ada.me()).toMatchObject({ username: 'ada', operator: false })
  const percents: number[] = []
  const task = await ada.tasks.wait(ada.vms.create(vmInput('web')), { onProgress: (t) => percents.push(t.percent) })
  expect(task).toMatchObject({ state: 'succeeded', action: 'vm.create', percent: 100 })
  expect(percents.at(-1)).toBe(100)
  const vm = await ada.vms.get(task.resource)
  expect(vm).toMatchObject({ name: 'web', state: 'running', vcpus: 1 })
  const stopping = ada.waitFor('vm', vm.id, (row) => row.state === 'stopping')
  await ada.tasks.wait(ada.vms.stop(vm.id, {}))
  expect(await stopping).toMatchObject({ name: 'web' })
  await ada.vms.update(vm.id, { description: 'stopped' }, { ifVersion: (await ada.vms.get(vm.id)).version })
  expect((await ada.vms.list({ state: 'stopped', name: 'web' })).items).toHaveLength(1)
  const gone = ada.waitFor('vm', vm.id, () => false, { orGone: true })
  await ada.vms.delete(vm.id)
  expect(await gone).toMatchObject({ name: 'web' })
})

test('[api.sdk] [core.bulk] [core.csv] many at once, typed by action; lists and creates as CSV', async () => {
  const ada = await as('ada')
  const ids = await Promise.all(['sdk-1', 'sdk-2'].map(async (name) => (await ada.groups.create({ name })).id))
  const none = crypto.randomUUID()
  const { items, counts } = await ada.groups.bulk({
    action: 'update',
    ids: [...ids, none],
    input: { description: '=many' },
    versions: { [ids[1] as string]: 9 },
  })
  expect(counts).toEqual({ total: 3, accepted: 1, refused: 2 })
  expect(items.map(({ status, resource, problem }) => [status, resource?.description ?? problem?.code])).toEqual([
    [200, '=many'],
    [412, 'CHANGED_MEANWHILE'],
    [404, 'NOT_FOUND'],
  ])
  const filtered = await ada.groups.bulk({ action: 'delete', q: "name ~ 'sdk-'", dryRun: true })
  expect(filtered.items.map(({ id }) => id).sort()).toEqual([...ids].sort())

  const chunks: Uint8Array[] = []
  for await (const chunk of ada.groups.exportCsv({ fields: 'name,description', sort: 'name' })) chunks.push(chunk)
  const csv = Buffer.concat(chunks).toString()
  expect(csv).toBe("name,description\r\nsdk-1,'=many\r\nsdk-2,\r\n")
  expect(await ada.groups.csvTemplate()).toMatch(/^name,description\r\n"?# required/)
  expect((await ada.groups.importCsv('name\nx\n', { dryRun: true })).items).toEqual([{ line: 2, status: 200 }])
  const made = await ada.groups.importCsv(csv.replaceAll('sdk-', 'copy-'))
  expect(made.items.map(({ line, resource }) => [line, resource?.description])).toEqual([
    [2, '=many'],
    [3, ''],
  ])
  // @ts-expect-error no such action
  await expect(ada.groups.bulk({ action: 'start', ids })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
})

test('[api.sdk] a task that fails throws its cause', async () => {
  const ada = await as('ada')
  const admin = await as('admin')
  const huge = await admin.offerings.create({ name: 'huge', vcpus: 200, memoryBytes: 2 ** 40 })
  const failed = await ada.tasks
    .wait(ada.vms.create({ ...vmInput('huge'), offering: huge.id }))
    .catch((error: TaskFailed) => error)
  expect(failed).toMatchObject({ name: 'TaskFailed', code: expect.stringMatching(/^[A-Z_]+$/) })
  expect((failed as TaskFailed).remedy).toBeTruthy()
  await expect(ada.zones.create({ name: 'mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('[api.sdk] [core.events] events of a kind come typed and in order, also across a restart of the server', async () => {
  const admin = await as('admin')
  const stop = new AbortController()
  const opened: number[] = []
  const names: string[] = []
  const { promise: open, resolve } = later<void>()
  const reading = (async () => {
    const filter = { kinds: ['zone'], signal: stop.signal, onOpen: () => resolve(void opened.push(1)) } as const
    for await (const event of admin.events(filter)) {
      names.push(`${event.change} ${event.data.name}`)
      if (event.data.name === 'after' && event.change === 'deleted') return
    }
  })()
  await open
  const before = await admin.zones.create({ name: 'before' })
  await admin.zones.delete(before.id)
  await env.restart()
  const after = await admin.zones.create({ name: 'after' })
  await admin.zones.delete(after.id)
  await reading
  stop.abort()
  expect(names).toEqual(['created before', 'deleted before', 'created after', 'deleted after'])
  expect(opened.length).toBeGreaterThan(1)
})

function later<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((yes) => {
    resolve = yes
  })
  return { promise, resolve }
}

test('[api.sdk] an image is uploaded from a file with progress', async () => {
  const ada = await as('ada')
  const { bytes } = qcow2Fixture()
  const file = join(directory, 'tiny.qcow2')
  await writeFile(file, bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const task = await ada.images.create({ name: 'mine', sha256 })
  const sent: number[] = []
  await ada.uploadImage(task.resource, file, { onProgress: (bytesSent) => sent.push(bytesSent) })
  await ada.tasks.wait(task)
  expect(sent.at(-1)).toBe(bytes.length)
  expect(await ada.images.get(task.resource)).toMatchObject({ state: 'ready', sha256 })
  await expect(ada.uploadImage(task.resource, file)).rejects.toMatchObject({ code: 'NOT_EXPECTED' })
})

test('[api.sdk] [vm.console] the serial line of a VM is a stream', async () => {
  const ada = await as('ada')
  const task = await ada.tasks.wait(ada.vms.create(vmInput('talkative')))
  const line = await ada.consoles.open(task.resource, 'serial')
  line.write('\r')
  const [first] = await collect<Buffer>(line, 1)
  expect(first?.length).toBeGreaterThan(0)
  line.destroy()
})

test('[api.sdk] [ui.https] only a server whose certificate is trusted gets the password', async () => {
  await expect(as('ada', { ca: undefined })).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' })
  const shown = await shownCertificates(new URL(env.controlPlane().apiUrl))
  const fingerprint = shown.at(-1)?.fingerprint ?? ''
  expect(await (await as('ada', { ca: undefined, fingerprint })).me()).toMatchObject({ username: 'ada' })
  await expect(as('ada', { ca: undefined, fingerprint: 'ab'.repeat(32) })).rejects.toMatchObject({
    code: 'CERTIFICATE_UNTRUSTED',
  })
})

test('[api.sdk] [iam.accesskey] a client signs with an access key: requests, lists, uploads and events', async () => {
  const ada = await as('ada')
  const { id, secret } = await ada.accessKeys.create({ name: 'sdk' })
  const program = await as('ada', { username: undefined, password: undefined, accessKey: { id, secret } })
  expect(await program.me()).toMatchObject({ username: 'ada', accessKey: id })
  const image = await program.images.create({ name: 'signed' })
  await program.uploadImage(
    image.resource,
    (async function* () {
      yield qcow2Fixture().bytes
    })(),
  )
  expect((await program.tasks.wait(image)).state).toBe('succeeded')
  expect((await program.images.list({ name: 'signed', limit: 5 })).items).toHaveLength(1)
  let onOpen = (): void => {}
  const open = new Promise<void>((resolve) => {
    onOpen = resolve
  })
  const seen = collect(program.events({ kinds: ['accessKey'], onOpen }), 1)
  await open
  await ada.accessKeys.update(id, { description: 'seen' })
  expect(await seen).toHaveLength(1)
  await ada.accessKeys.disable(id)
  await expect(program.me()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
})

test('[api.sdk] after a logout the token is worth nothing', async () => {
  const ada = await as('ada')
  const { token } = await ada.login({ username: 'ada', password: env.passwords.ada })
  const other = await as('ada', { username: undefined, token })
  expect(await other.me()).toMatchObject({ username: 'ada' })
  await other.logout()
  const late = await as('ada', { username: undefined, token })
  await expect(late.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})
