import { imageServer, tortureSaga } from '@basalt/testkit/torture'

const NAME = 'tortured'
const server = imageServer()

tortureSaga('image.delete', {
  async prepare(env) {
    const images = await env.items('operator', '/v1/images')
    if (images.some(({ name }) => name === NAME)) return
    await env.ok('operator', 'POST', '/v1/images', { name: NAME, url: await server.url() })
  },
  async invoke(env) {
    const image = (await env.items('operator', '/v1/images')).find(({ name }) => name === NAME)
    return env.call('operator', 'DELETE', `/v1/images/${image?.id}`)
  },
  finish: async (env, image) => void (await env.ok('operator', 'DELETE', `/v1/images/${image}`)),
})
