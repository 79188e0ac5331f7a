import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'
import { PLANTED_CAUSE, say } from './planted.ts'

const find = async (env: CloudEnvironment): Promise<string> => (await env.items('operator', '/v1/images'))[0]?.id ?? ''

/** The row says that it failed, though its file is as it should be. */
tortureSaga('image.recover', {
  prepare: async (env) => say(env, 'image', await find(env), { state: 'failed', cause: PLANTED_CAUSE }),
  invoke: async (env) => env.call('operator', 'POST', `/v1/images/${await find(env)}/recover`),
  finish: async (env) => void (await env.ok('operator', 'POST', `/v1/images/${await find(env)}/recover`)),
})
