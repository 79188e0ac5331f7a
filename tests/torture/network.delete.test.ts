import { tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'

tortureSaga('network.delete', {
  async prepare(env) {
    const networks = await env.items('ada', '/v1/networks')
    if (networks.some(({ name }) => name === NAME)) return
    await env.ok('ada', 'POST', '/v1/networks', { name: NAME, zone: env.furniture.zone, cidr: '10.9.0.0/24' })
  },
  async invoke(env) {
    const network = (await env.items('ada', '/v1/networks')).find(({ name }) => name === NAME)
    return env.call('ada', 'DELETE', `/v1/networks/${network?.id}`)
  },
  finish: async (env, network) => void (await env.ok('ada', 'DELETE', `/v1/networks/${network}`)),
})
