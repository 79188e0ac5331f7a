import { imageServer, tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'
const server = imageServer()

tortureSaga('image.create', {
  async prepare(env) {
    for (const { id, name } of await env.items('operator', '/v1/images'))
      if (name === NAME) await env.ok('operator', 'DELETE', `/v1/images/${id}`)
  },
  invoke: async (env) => env.call('operator', 'POST', '/v1/images', { name: NAME, url: await server.url() }),
})
