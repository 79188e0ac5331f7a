import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'

tortureSaga('storagePool.create', {
  async prepare(env) {
    for (const { id, name } of await env.items('operator', '/v1/storage-pools'))
      if (name === NAME) await env.ok('operator', 'DELETE', `/v1/storage-pools/${id}`)
  },
  invoke: (env) => env.call('operator', 'POST', '/v1/storage-pools', secondPool(env)),
})

function secondPool({ furniture }: CloudEnvironment) {
  const { zone, cluster, storageClass } = furniture
  return { name: NAME, zone, cluster, class: storageClass, type: 'local', path: '/var/lib/basalt/tortured' }
}
