import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

test('metrics are rendered as Prometheus reads them', () => {
  const metrics = createMetrics()
  const requests = metrics.counter('basalt_requests', 'Requests.', ['route', 'status'])
  requests.add({ route: '/v1/vms', status: '200' })
  requests.add({ route: '/v1/vms', status: '200' }, 2)
  requests.add({ route: 'a"b\\c\n', status: '404' })
  const took = metrics.histogram('basalt_took_seconds', 'Time.', { labels: ['route'], buckets: [0.1, 1] })
  for (const seconds of [0.05, 0.5, 5]) took.observe(seconds, { route: 'x' })
  metrics.gauge('basalt_level', 'Level.').set(0.5)
  metrics.read('basalt_now', 'Now.', () => [[1, { kind: 'a' }], [Number.POSITIVE_INFINITY]])
  expect(metrics.render()).toBe(`# HELP basalt_requests_total Requests.
# TYPE basalt_requests_total counter
basalt_requests_total{route="/v1/vms",status="200"} 3
basalt_requests_total{route="a\\"b\\\\c\\n",status="404"} 1
# HELP basalt_took_seconds Time.
# TYPE basalt_took_seconds histogram
basalt_took_seconds_bucket{route="x",le="0.1"} 1
basalt_took_seconds_bucket{route="x",le="1"} 2
basalt_took_seconds_bucket{route="x",le="+Inf"} 3
basalt_took_seconds_sum{route="x"} 5.55
basalt_took_seconds_count{route="x"} 3
# HELP basalt_level Level.
# TYPE basalt_level gauge
basalt_level 0.5
# HELP basalt_now Now.
# TYPE basalt_now gauge
basalt_now{kind="a"} 1
basalt_now +Inf
`)
})

test('labels that never end do not fill the memory', () => {
  const metrics = createMetrics()
  const counter = metrics.counter('basalt_calls', 'Calls.', ['code'])
  for (let code = 0; code < 5_000; code++) counter.add({ code: `CODE_${code}` })
  const lines = metrics.render().split('\n')
  expect(lines.length).toBeLessThan(1_010)
  expect(lines).toContain('basalt_calls_total{code="other"} 4000')
})

test('a name is given once', () => {
  const metrics = createMetrics()
  metrics.gauge('basalt_level', 'Level.')
  expect(() => metrics.gauge('basalt_level', 'Level.')).toThrow(/exists already/)
})
