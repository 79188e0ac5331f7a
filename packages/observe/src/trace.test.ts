import { once } from 'node:events'
import { createServer } from 'node:http'
import { freePort } from '@basalt/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { withSpan } from './context.ts'
import { createOtlpExporter } from './otlp.ts'
import { createTracer, type EndedSpan, inSpan, traceparent } from './trace.ts'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('a span goes on where the header says, and its children below it', async () => {
  const ended: EndedSpan[] = []
  const tracer = createTracer({ onEnd: (span) => ended.push(span) })
  const root = tracer.start('request', { kind: 'server', parent: PARENT })
  if (!root) throw new Error('not sampled')
  await withSpan(root, () =>
    inSpan('step', {}, async (span) => {
      expect(traceparent()).toBe(`00-${root.traceId}-${span?.spanId}-01`)
    }),
  )
  await expect(withSpan(root, () => inSpan('fails', {}, () => Promise.reject(new Error('it broke'))))).rejects.toThrow(
    'it broke',
  )
  root.end()
  root.end()
  expect(ended.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
    ['step', root.spanId],
    ['fails', root.spanId],
    ['request', 'b7ad6b7169203331'],
  ])
  expect(new Set(ended.map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']))
  expect(ended[1]?.error).toBe('it broke')
  for (const { startNanos, endNanos } of ended) expect(endNanos >= startNanos).toBe(true)
})

test('a broken header begins a new trace, one that says so is not sampled, and without a span there is none', async () => {
  const tracer = createTracer({ onEnd() {} })
  for (const parent of ['nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, null, undefined])
    expect(tracer.start('request', { parent })?.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(tracer.start('request', { parent: PARENT.replace(/01$/, '00') })).toBeUndefined()
  expect(createTracer({ onEnd() {}, sampling: 0 }).start('request')).toBeUndefined()
  expect(await inSpan('step', {}, async (span) => span)).toBeUndefined()
  expect(traceparent()).toBeUndefined()
})

test('spans arrive at a collector as OTLP in JSON, without secrets', async () => {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(`${request.url} ${request.headers['x-key']} ${body}`)
    response.end('{}')
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const endpoint = `http://127.0.0.1:${port}`
  const exporter = createOtlpExporter({ endpoint, headers: { 'x-key': 'k' }, resource: { 'service.name': 'basalt' } })
  const span = createTracer(exporter).start('request', {
    kind: 'server',
    attributes: { status: 200, ok: true, none: undefined },
  })
  span?.end(new Error('Bearer abcdefgh was refused'))
  await exporter.close()

  expect(bodies).toHaveLength(1)
  const [url, key, ...rest] = (bodies[0] ?? '').split(' ')
  expect([url, key]).toEqual(['/v1/traces', 'k'])
  const sent = JSON.parse(rest.join(' ')).resourceSpans[0]
  expect(sent.resource.attributes).toEqual([{ key: 'service.name', value: { stringValue: 'basalt' } }])
  expect(sent.scopeSpans[0].spans[0]).toMatchObject({
    traceId: span?.traceId,
    spanId: span?.spanId,
    name: 'request',
    kind: 2,
    startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
    attributes: [
      { key: 'status', value: { intValue: '200' } },
      { key: 'ok', value: { boolValue: true } },
    ],
    status: { code: 2, message: 'Bearer [redacted] was refused' },
  })
})

test('a collector that is away costs spans, and nothing else', async () => {
  const problems: unknown[] = []
  const exporter = createOtlpExporter({
    endpoint: 'http://127.0.0.1:1',
    resource: {},
    onError: (error) => problems.push(error),
  })
  createTracer(exporter).start('request')?.end()
  await exporter.close()
  expect(exporter.dropped()).toBe(1)
  expect(problems).toHaveLength(1)
})
