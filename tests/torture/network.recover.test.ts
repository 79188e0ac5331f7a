import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'
import { PLANTED_CAUSE, say } from './planted.ts'

const NAME = 'tortured'
const find = async (env: CloudEnvironment) => (await env.items('ada', '/v1/networks')).find(({ name }) => name === NAME)

/** Somebody changed the switch, and the row says that it failed. */
tortureSaga('network.recover', {
  async setUp(env) {
    await env.ok('ada', 'POST', '/v1/networks', { name: NAME, zone: env.furniture.zone, cidr: '10.9.0.0/24' })
  },
  async prepare(env) {
    const { id = '' } = (await find(env)) ?? {}
    env.network.tamper.network(id, { mtu: 1000 })
    await say(env, 'network', id, { state: 'failed', cause: PLANTED_CAUSE })
  },
  invoke: async (env) => env.call('ada', 'POST', `/v1/networks/${(await find(env))?.id}/recover`),
  finish: async (env) => void (await env.ok('ada', 'POST', `/v1/networks/${(await find(env))?.id}/recover`)),
})
