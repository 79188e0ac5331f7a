import { tortureSaga } from '@basalt/testkit/torture'

tortureSaga('vm.create', {
  cloud: { hosts: 1 },
  // The cached image outlives the VM; it is there before.
  setUp: async (env) => void (await env.createVm({ name: 'first' })),
  async prepare(env) {
    for (const { id } of await env.items('ada', '/v1/vms')) await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
  },
  async invoke(env) {
    const { zone, offering, image, network } = env.furniture
    const networks = [{ network }, { network, address: '10.0.0.77' }]
    return env.call('ada', 'POST', '/v1/vms', { name: 'tortured', zone, offering, image, networks })
  },
})
