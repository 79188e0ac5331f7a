import { tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'

tortureSaga('network.create', {
  async prepare(env) {
    for (const { id, name } of await env.items('ada', '/v1/networks'))
      if (name === NAME) await env.ok('ada', 'DELETE', `/v1/networks/${id}`)
  },
  invoke: (env) =>
    env.call('ada', 'POST', '/v1/networks', { name: NAME, zone: env.furniture.zone, cidr: '10.9.0.0/24' }),
})
