import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'
let fast = ''

tortureSaga('storagePool.delete', {
  async setUp(env) {
    const { zone } = env.furniture
    fast = (await env.ok('operator', 'POST', '/v1/storage-classes', { name: 'Fast', zone })).id
  },
  async prepare(env) {
    const pools = await env.items('operator', '/v1/storage-pools')
    if (!pools.some(({ name }) => name === NAME)) await poolWithCachedImage(env)
  },
  async invoke(env) {
    const pool = (await env.items('operator', '/v1/storage-pools')).find(({ name }) => name === NAME)
    return env.call('operator', 'DELETE', `/v1/storage-pools/${pool?.id}`)
  },
  finish: async (env, pool) => void (await env.ok('operator', 'DELETE', `/v1/storage-pools/${pool}`)),
})

/** A VM brought an image to it and is gone. */
async function poolWithCachedImage(env: CloudEnvironment): Promise<void> {
  const { zone, cluster } = env.furniture
  const place = { type: 'local', path: '/var/lib/basalt/tortured' }
  await env.ok('operator', 'POST', '/v1/storage-pools', { name: NAME, zone, cluster, class: fast, ...place })
  const { body } = await env.createVm({ storageClass: fast })
  await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
}
