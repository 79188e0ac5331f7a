import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'
import { PLANTED_CAUSE, say } from './planted.ts'

const find = async (env: CloudEnvironment): Promise<string> =>
  (await env.items('operator', '/v1/cache-entries'))[0]?.id ?? ''

/** The row says that it failed, though the pool has the image. */
tortureSaga('cacheEntry.recover', {
  cloud: { hosts: 1 },
  async setUp(env) {
    const { body } = await env.createVm()
    await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
  },
  prepare: async (env) => say(env, 'cacheEntry', await find(env), { state: 'failed', cause: PLANTED_CAUSE }),
  invoke: async (env) => env.call('operator', 'POST', `/v1/cache-entries/${await find(env)}/recover`),
  finish: async (env) => void (await env.ok('operator', 'POST', `/v1/cache-entries/${await find(env)}/recover`)),
})
