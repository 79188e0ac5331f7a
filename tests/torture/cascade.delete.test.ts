import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'

const zoneOf = async (env: CloudEnvironment): Promise<string | undefined> =>
  (await env.items('operator', `/v1/zones?name=${NAME}`))[0]?.id

/** Each part of the deletion is a task of its own; what one of them leaves is failed, and is deleted by asking again. */
tortureSaga('cascade.delete', {
  async prepare(env) {
    const zone = await zoneOf(env)
    if (zone && (await env.items('operator', `/v1/clusters?zone=${zone}`)).length > 0) return
    if (zone) await finish(env, zone)
    await furnish(env)
  },
  async invoke(env) {
    return env.call('operator', 'POST', `/v1/zones/${await zoneOf(env)}/deletion`)
  },
  finish,
})

/** A zone with a fabric, a cluster and a network. */
async function furnish(env: CloudEnvironment): Promise<void> {
  const make = (path: string, body: object) => env.ok('operator', 'POST', path, { name: NAME, ...body })
  const { id: zone } = await make('/v1/zones', {})
  const { id: fabric } = await make('/v1/fabrics', { zone, driver: 'simulated' })
  await env.ok('ada', 'POST', '/v1/networks', { name: NAME, zone, cidr: '10.1.0.0/24' })
  await make('/v1/clusters', { zone, fabric })
}

async function finish(env: CloudEnvironment, zone: string): Promise<void> {
  const { status } = await env.call('operator', 'GET', `/v1/zones/${zone}`)
  if (status !== 404) await env.ok('operator', 'POST', `/v1/zones/${zone}/deletion`)
}
