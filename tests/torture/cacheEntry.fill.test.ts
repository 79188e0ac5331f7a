import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'

tortureSaga('cacheEntry.fill', {
  cloud: { hosts: 1 },
  async prepare(env) {
    const [entry] = await env.items('operator', '/v1/cache-entries')
    if (entry?.state === 'failed') return
    if (entry) await env.ok('operator', 'DELETE', `/v1/cache-entries/${entry.id}`)
    await failToFill(env)
  },
  async invoke(env) {
    const [entry] = await env.items('operator', '/v1/cache-entries')
    return env.call('operator', 'POST', `/v1/cache-entries/${entry?.id}/fill`)
  },
})

/** An entry is made when a VM first needs it; it fails with the download. */
async function failToFill(env: CloudEnvironment): Promise<void> {
  env.hosts[0]?.faults.failNext('storage.fetch')
  const { body } = await env.createVm()
  await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
}
