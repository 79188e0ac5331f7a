import { tortureSaga } from '@basalt/testkit/torture'
import { say } from './planted.ts'

/** The row says that it is down, though its agent is here. */
tortureSaga('host.recover', {
  without: { 'is refused': 'what a host says of its pools is taken over as it is' },
  cloud: { hosts: 1 },
  prepare: (env) => say(env, 'host', env.hostIds[0] ?? '', { state: 'down' }),
  invoke: (env) => env.call('operator', 'POST', `/v1/hosts/${env.hostIds[0]}/recover`),
  finish: async (env) => void (await env.ok('operator', 'POST', `/v1/hosts/${env.hostIds[0]}/recover`)),
})
