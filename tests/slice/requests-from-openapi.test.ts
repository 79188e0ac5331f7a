/**
 * Requests made from the OpenAPI document that the server gives: such as it says they should be, and broken ones, of every operation, as
 * operator, as tenant and as nobody. No answer is a failure, none is missing, none tells what is inside, and each is what the document
 * says. `BASALT_FUZZ` is the number of requests of each sort for an operation, `BASALT_FUZZ_SEED` the seed.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, createClient } from './support/openapi/client.ts'
import {
  createValidators,
  type Document,
  type Operation,
  operationsOf,
  type Schema,
} from './support/openapi/document.ts'
import { createExpectations, type Expectations } from './support/openapi/expectations.ts'
import { inOrder } from './support/openapi/order.ts'
import { BROKEN_HTTP, firstAnswer, noise } from './support/openapi/raw.ts'
import { brokenRequests, fittingRequests, type Request } from './support/openapi/requests.ts'
import { type Caller, createWorld, type World } from './support/openapi/world.ts'

const SEED = Number(process.env.BASALT_FUZZ_SEED ?? 20_261_129)
const REQUESTS = Number(process.env.BASALT_FUZZ ?? 2)
const DEADLINE_MS = 30_000
const MINUTES = Math.max(4, REQUESTS)

let env: CloudEnvironment
let directory: string
let client: Client
let world: World
let operations: Operation[]
let expectations: Expectations
const counts = new Map<string, number>()
/** Operations that were carried out at least once. */
const done = new Set<string>()

beforeAll(async () => {
  env = await cloud({ hosts: 2, recycleBin: true })
  directory = await mkdtemp(join(tmpdir(), 'requests-'))
  await env.createVm()
  await env.ok('ada', 'POST', '/v1/tags', { name: 'web', colour: 'green' })
  const document = (await env.call(null, 'GET', '/v1/openapi.json')).body as Document
  const { apiUrl, caPem } = env.controlPlane()
  client = createClient({ url: apiUrl, caPem, deadlineMs: DEADLINE_MS })
  world = await createWorld(env, document, directory)
  operations = inOrder(operationsOf(document))
  expectations = createExpectations(document.components.schemas?.Problem as Schema, createValidators(document))
})
afterAll(async () => {
  client?.close()
  await env?.close()
  if (directory) await rm(directory, { recursive: true, force: true })
})

const shown = ({ method, target, headers, body }: Request): string =>
  `${method} ${target.slice(0, 300)} ${JSON.stringify({ ...headers, authorization: undefined })} ${body?.toString('utf8').slice(0, 400) ?? ''}`

/** Of the operation that a request is for; it may have been given another method. */
function askedOf(operation: Operation, { method }: Request): Operation | null {
  if (method === operation.method || (method === 'HEAD' && operation.method === 'GET')) return operation
  return operations.find((other) => other.path === operation.path && other.method === method) ?? null
}

async function complaintsOf(operation: Operation, caller: Caller, request: Request): Promise<string[]> {
  const reply = await client.ask(request)
  const status = typeof reply === 'string' ? 'none' : String(reply.status)
  counts.set(status, (counts.get(status) ?? 0) + 1)
  if (status < '300' && request.method === operation.method) done.add(operation.id)
  const text = typeof reply === 'string' ? '' : reply.text.slice(0, 500)
  return expectations
    .complaints(askedOf(operation, request), request, reply)
    .map((complaint) => `${operation.id} as ${caller}: ${complaint}\n  ${shown(request)}\n  ${status} ${text}`)
}

/** Who sends the requests for an operation, one after the other: nobody one, the others the rest in turn. */
const callerOf = (run: number): Caller => (run === 0 ? 'nobody' : run % 2 === 0 ? 'operator' : 'tenant')

/** Everything that is wrong with the answers to requests for an operation. */
async function tried(operation: Operation, seed: number): Promise<string[]> {
  const known = await world.knownFor(operation)
  const headers = {
    operator: await world.headersOf('operator'),
    tenant: await world.headersOf('tenant'),
    nobody: await world.headersOf('nobody'),
  }
  const complaints: string[] = []
  for (const make of [fittingRequests, brokenRequests]) {
    const requests = fc.sample(make(operation, known), { numRuns: 1 + 2 * REQUESTS, seed })
    for (const [run, request] of requests.entries()) {
      const caller = callerOf(run)
      const sent = { ...request, headers: { ...request.headers, ...headers[caller] } }
      complaints.push(...(await complaintsOf(operation, caller, sent)))
    }
  }
  return complaints
}

const told = (complaints: string[]): string =>
  `seed ${SEED}, ${REQUESTS} of each: ${complaints.length} complaints\n\n${complaints.join('\n\n')}`

const listed = (): string =>
  [...counts]
    .sort()
    .map(([status, times]) => `${status}: ${times}`)
    .join(', ')

test('[api.rest] [core.resource] every operation answers as documented, requests that fit the document and broken ones', {
  timeout: MINUTES * 60_000,
}, async () => {
  const complaints: string[] = []
  for (const [index, operation] of operations.entries()) complaints.push(...(await tried(operation, SEED + index)))
  console.info(`seed ${SEED}: ${listed()}`)
  expect(complaints.length, told(complaints)).toBe(0)
  // It has come far: much was done, not only refused.
  expect(done.size).toBeGreaterThan(operations.length / 2)
})

test('[api.rest] what is no HTTP is answered with a problem, or not at all', async () => {
  const wrong: string[] = []
  for (const octets of fc.sample(noise, { numRuns: 100 * REQUESTS, seed: SEED })) {
    const reply = await client.raw(octets)
    if (reply === '') continue
    const { status, type, text } = firstAnswer(reply)
    const complaints = expectations.complaints(
      null,
      { method: '', target: '', headers: {} },
      { status, type, text, headers: {} },
    )
    // By chance it may have become a request that anybody may make.
    if (status >= 400)
      wrong.push(
        ...complaints.map((complaint) => `${complaint}: ${JSON.stringify(octets.toString('latin1'))} ${reply}`),
      )
  }
  expect(wrong, `seed ${SEED}`).toEqual([])
})

test.each(BROKEN_HTTP)('[api.rest] %s is answered with a problem', async (_, text, code) => {
  const { status, type, text: body } = firstAnswer(await client.raw(Buffer.from(text, 'latin1')))
  expect(type).toMatch(/^application\/problem\+json/)
  expect(JSON.parse(body)).toMatchObject({ status, code, detail: expect.any(String), remedy: expect.any(String) })
})

test('[api.rest] a path takes the methods that the document has for it; others are answered with which these are', async () => {
  for (const { path } of operations) {
    const fits = (other: string): boolean => new RegExp(`^${other.replace(/\{\w+\}/g, '[^/]+')}$`).test(path)
    const methods = new Set(
      operations
        .filter((other) => fits(other.path))
        .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    )
    const target = path.replace(/\{\w+\}/g, '11111111-1111-4111-8111-111111111111')
    const reply = await client.ask({ method: 'PROPFIND', target, headers: {} })
    expect([path, reply]).toMatchObject([path, { status: 405, headers: { allow: [...methods].sort().join(', ') } }])
  }
})
