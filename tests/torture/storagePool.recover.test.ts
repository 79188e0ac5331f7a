import { tortureSaga } from '@basalt/testkit/torture'
import { PLANTED_CAUSE, say } from './planted.ts'

/** The row says that it failed, though every host can use it. */
tortureSaga('storagePool.recover', {
  without: { 'is refused': 'what a host says of the pool is what the recovery finds out' },
  prepare: (env) => say(env, 'storagePool', env.furniture.pool, { state: 'failed', cause: PLANTED_CAUSE }),
  invoke: (env) => env.call('operator', 'POST', `/v1/storage-pools/${env.furniture.pool}/recover`),
  finish: async (env) => void (await env.ok('operator', 'POST', `/v1/storage-pools/${env.furniture.pool}/recover`)),
})
