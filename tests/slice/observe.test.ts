/** One VM create, seen in the log, in the metrics and in the traces of the node. */
import { createServer, get } from 'node:http'
import { createLog } from '@basalt/control-plane'
import { type CloudEnvironment, cloud, freePort, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

type Line = Record<string, unknown>

/** A span as OTLP has it in JSON. */
interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  status?: { code: number }
}

const lines: Line[] = []
const spans: OtlpSpan[] = []
let env: CloudEnvironment
let metricsPort: number

/** As much of an OTLP collector as a test needs. */
const collector = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  for (const { scopeSpans } of JSON.parse(body).resourceSpans)
    for (const { spans: arrived } of scopeSpans) spans.push(...arrived)
  response.end('{}')
})

beforeAll(async () => {
  const port = await freePort()
  metricsPort = await freePort()
  await new Promise<void>((resolve) => void collector.listen(port, '127.0.0.1', resolve))
  env = await cloud({
    bootMs: 5,
    log: createLog({ level: 'debug', facts: { node: 'node-1' }, write: (line) => lines.push(JSON.parse(line)) }),
    settings: { traces: { endpoint: `http://127.0.0.1:${port}` }, metrics: { port: metricsPort } },
  })
})

afterAll(async () => {
  await env.close()
  collector.close()
})

/** A VM whose request carries a trace of the caller's own. */
async function createVm(name: string, traceId: string) {
  const { zone, offering, image, network } = env.furniture
  const body = {
    name,
    zone,
    offering,
    image,
    networks: [{ network }],
    userData: '#cloud-config\npassword: hidden-word',
  }
  const headers = { prefer: 'wait=60', traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  const answer = await env.call('ada', 'POST', '/v1/vms', body, headers)
  expect(answer.body.state).toBe('succeeded')
  return answer
}

test('the log tells of a request and of its task by the same ids, once each', async () => {
  const answer = await createVm('logged', 'a'.repeat(32))
  const request = answer.headers['x-request-id']
  const { id: task, resource } = answer.body
  const about = (message: string) =>
    lines.filter((line) => line.message === message && line.request === request && (line.task ?? task) === task)
  await until('the request is over', () => about('request').length > 0)

  const ids = { node: 'node-1', request, level: 'info', time: expect.any(String) }
  expect(about('task begins')).toEqual([expect.objectContaining({ ...ids, task, resource, action: 'vm.create' })])
  const ended = { ...ids, task, resource, outcome: 'succeeded', ms: expect.any(Number) }
  expect(about('task ended')).toEqual([expect.objectContaining(ended)])
  const { user } = (await env.call('ada', 'GET', '/v1/me')).body
  const over = {
    ...ids,
    user,
    method: 'POST',
    route: '/v1/vms',
    status: 200,
    ms: expect.any(Number),
    trace: 'a'.repeat(32),
  }
  expect(about('request')).toEqual([expect.objectContaining(over)])
  expect((await env.call('operator', 'GET', `/v1/tasks/${task}`)).body.request).toBe(request)
})

test('no secret passes into the log', async () => {
  await createVm('secretive', 'b'.repeat(32))
  await env.call(null, 'POST', '/v1/sessions', { username: 'ada', password: 'wrong-hidden-word' })
  await env.call(null, 'GET', '/v1/vms?token=hidden-word', undefined, { authorization: 'Bearer hidden-word' })
  const text = JSON.stringify(lines)
  expect(text).toContain('"route":"/v1/sessions"')
  expect(text).not.toMatch(/hidden-word|ada-password|operator-password/)
})

test('metrics: requests by route, tasks and steps, agent calls, queues, pool; for operators, and on loopback', async () => {
  await createVm('counted', 'c'.repeat(32))
  expect((await env.call('ada', 'GET', '/metrics')).status).toBe(403)
  expect((await env.call(null, 'GET', '/metrics')).status).toBe(401)
  const answer = await env.call('operator', 'GET', '/metrics')
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = String(answer.body.text)
  for (const pattern of [
    /^basalt_http_requests_total\{method="POST",route="\/v1\/vms",status="200"\} [1-9]/m,
    /^basalt_http_request_duration_seconds_bucket\{method="POST",route="\/v1\/vms",le="\+Inf"\} [1-9]/m,
    /^basalt_tasks_total\{saga="vm.create",outcome="succeeded"\} [1-9]/m,
    /^basalt_steps_total\{saga="vm.create",step="reserveHost",phase="run",outcome="done"\} [1-9]/m,
    /^basalt_agent_calls_total\{command="hypervisor.start",outcome="ok"\} [1-9]/m,
    /^basalt_agents_connected 2$/m,
    /^basalt_queue_depth\{queue="commits"\} \d+$/m,
    /^basalt_flush_units_count [1-9]/m,
    /^basalt_database_connections\{state="limit"\} 12$/m,
    /^basalt_build_info\{version="[\d.]+",node="node-1",nodejs="v[\d.]+"\} 1$/m,
    /^nodejs_eventloop_delay_p99_seconds /m,
    /^basalt_passwords_waiting 0$/m,
  ])
    expect(text).toMatch(pattern)
  const open = await new Promise<string>((resolve, reject) =>
    get({ port: metricsPort, path: '/metrics' }, async (response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve(body)
    }).on('error', reject),
  )
  expect(open).toContain('basalt_build_info')
})

test('paths that callers make up share one label', async () => {
  for (let index = 0; index < 20; index++) await env.call('ada', 'GET', `/v1/made-up-${index}`)
  const text = String((await env.call('operator', 'GET', '/metrics')).body.text)
  expect(text).not.toContain('made-up')
  expect(text).toMatch(/^basalt_http_requests_total\{method="GET",route="none",status="404"\} \d+/m)
})

test('one VM create is one trace: request, task, steps, agent commands', async () => {
  const traceId = 'd'.repeat(32)
  await createVm('traced', traceId)
  const mine = () => spans.filter((span) => span.traceId === traceId)
  await until('the request arrives at the collector', () => mine().some(({ name }) => name === 'POST /v1/vms'))
  await until('the task arrives', () => mine().some(({ name }) => name === 'task vm.create'))

  const byId = new Map(mine().map((span) => [span.spanId, span]))
  const path = (span: OtlpSpan): string => {
    const parent = byId.get(span.parentSpanId ?? '')
    return parent ? `${path(parent)} > ${span.name}` : span.name
  }
  const paths = mine().map(path)
  const task = 'POST /v1/vms > task vm.create'
  expect(paths).toEqual(
    expect.arrayContaining([
      'POST /v1/vms',
      task,
      `${task} > reserveHost`,
      `${task} > startOnHost`,
      `${task} > cloneRootVolume > agent storage.clone`,
      `${task} > startOnHost > agent hypervisor.start`,
    ]),
  )
  expect(mine().find(({ name }) => name === 'POST /v1/vms')?.parentSpanId).toBe('b7ad6b7169203331')
  for (const span of mine()) expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true)
})

test('[core.stateless] a task that another node takes over stays in the trace of its request', async () => {
  const traceId = 'e'.repeat(32)
  const { zone, offering, image, network } = env.furniture
  const body = { name: 'taken-over', zone, offering, image, networks: [{ network }] }
  const hung = env.hosts.map((host) => host.faults.hangNext('start'))
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
  const { body: task } = await env.call('ada', 'POST', '/v1/vms', body, headers)
  await Promise.race(hung.map(({ reached }) => reached))
  await env.restart()
  for (const { release } of hung) release()
  await until('the task ends', async () => (await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.finishedAt)
  const resumed = () => spans.filter((span) => span.traceId === traceId && span.name === 'task vm.create')
  await until('the task that was taken over arrives', () => resumed().length > 0)
  expect(lines.some((line) => line.message === 'task resumes' && line.task === task.id)).toBe(true)
})
