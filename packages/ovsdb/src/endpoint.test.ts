import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@basalt/testkit/ports'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstOutcome, startOvsdbServer, type TestServer } from '../testing/server.ts'
import { connectOvsdb, formatEndpoint, ovnNb, parseEndpoint, type TlsMaterial } from './index.ts'

const run = promisify(execFile)
const SCHEMA = { schemaPath: '/usr/share/ovn/ovn-nb.ovsschema', database: 'OVN_Northbound' }

test.each([
  ['unix:/run/ovn/ovnnb_db.sock', { kind: 'unix', path: '/run/ovn/ovnnb_db.sock' }],
  ['tcp:127.0.0.1:6641', { kind: 'tcp', host: '127.0.0.1', port: 6641 }],
  ['ssl:[fd00::1]:6641', { kind: 'ssl', host: 'fd00::1', port: 6641 }],
])('%s is an endpoint', (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint)
  expect(formatEndpoint(parseEndpoint(text))).toBe(text)
})

test('the port defaults to 6640', () => {
  expect(parseEndpoint('tcp:db.example')).toEqual({ kind: 'tcp', host: 'db.example', port: 6640 })
})

test.each(['', 'unix:', 'tcp:', 'tcp:host:port', 'tcp:host:70000', 'tcp:fd00::1:6641', 'http:host:80', 'ptcp:6641'])(
  '%j is none',
  (text) => {
    expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'invalid value' }))
  },
)

/** A certificate authority, and a key pair for both sides signed by it. */
async function makeKeys(directory: string, name: string): Promise<TlsMaterial> {
  const file = (suffix: string) => join(directory, `${name}-${suffix}.pem`)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const ca = ['-keyout', file('ca-key'), '-out', file('ca'), '-subj', `/CN=${name} authority`, '-days', '2']
  await run('openssl', ['req', '-x509', ...key, ...ca])
  const signer = ['-CA', file('ca'), '-CAkey', file('ca-key'), '-days', '2']
  const leaf = ['-keyout', file('key'), '-out', file('cert'), '-subj', `/CN=${name}`, ...signer]
  await run('openssl', ['req', '-x509', ...key, ...leaf, '-addext', 'subjectAltName=DNS:ovsdb.test'])
  const read = (suffix: string) => readFile(file(suffix), 'utf8')
  return { ca: await read('ca'), cert: await read('cert'), key: await read('key') }
}

let directory: string
let server: TestServer
let material: TlsMaterial
let port: number

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ovsdb-keys-'))
  material = await makeKeys(directory, 'right')
  port = await freePort()
  const keys = ['private-key', 'certificate', 'ca-cert'].map((option, index) => {
    return `--${option}=${join(directory, `right-${['key', 'cert', 'ca'][index]}.pem`)}`
  })
  server = await startOvsdbServer({ ...SCHEMA, args: [`--remote=pssl:${port}:127.0.0.1`, ...keys] })
  const local = connectOvsdb({ schema: ovnNb, endpoints: [server.endpoint] })
  await local.ready()
  await local.close()
})

afterAll(async () => {
  await server.dispose()
  await rm(directory, { recursive: true, force: true })
})

/** Connects with the material and reports `ready` or why the first attempt failed. */
async function attempt(tls: TlsMaterial | (() => TlsMaterial)): Promise<string> {
  const client = connectOvsdb({ schema: ovnNb, endpoints: [`ssl:127.0.0.1:${port}`], tls })
  const state = await firstOutcome(client)
  await client.close()
  return state.kind === 'connecting' ? String(state.error) : state.kind
}

test('tls: the chain, or the chain and the name, must be right on both sides', async () => {
  const wrong = await makeKeys(directory, 'wrong')
  expect(await attempt({ ...material, verify: 'chain' })).toBe('ready')
  expect(await attempt(() => ({ ...material, serverName: 'ovsdb.test' }))).toBe('ready')
  expect(await attempt(material)).toMatch(/not match certificate|altnames/i)
  expect(await attempt({ ...material, ca: wrong.ca, verify: 'chain' })).toMatch(/certificate/i)
  expect(await attempt({ ...wrong, ca: material.ca, verify: 'chain' })).toMatch(/disconnected/)
})
