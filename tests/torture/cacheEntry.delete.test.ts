import { tortureSaga } from '@basalt/testkit/torture'

tortureSaga('cacheEntry.delete', {
  cloud: { hosts: 1 },
  async prepare(env) {
    if ((await env.items('operator', '/v1/cache-entries')).length > 0) return
    const { body } = await env.createVm()
    await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
  },
  async invoke(env) {
    const [entry] = await env.items('operator', '/v1/cache-entries')
    return env.call('operator', 'DELETE', `/v1/cache-entries/${entry?.id}`)
  },
  finish: async (env, entry) => void (await env.ok('operator', 'DELETE', `/v1/cache-entries/${entry}`)),
})
