import type { CloudEnvironment } from '@basalt/testkit'
import { tortureSaga } from '@basalt/testkit/torture'
import { plantLostHost } from './planted.ts'

const NAME = 'tortured'
const find = async (env: CloudEnvironment) =>
  (await env.items('operator', '/v1/hosts')).find(({ name }) => name === NAME)

async function abandon(env: CloudEnvironment): Promise<void> {
  const host = await find(env)
  if (host) await env.ok('operator', 'POST', `/v1/hosts/${host.id}/abandon`)
}

/** A host that is away with all that was on it. */
tortureSaga('host.abandon', {
  cloud: { hosts: 1 },
  async prepare(env) {
    const [vm] = await env.items('ada', '/v1/vms')
    if (vm?.state === 'running' && (await find(env))?.state === 'down') return
    await abandon(env)
    for (const { id } of await env.items('ada', '/v1/vms')) await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
    await plantLostHost(env, NAME)
  },
  invoke: async (env) => env.call('operator', 'POST', `/v1/hosts/${(await find(env))?.id}/abandon`),
  finish: abandon,
})
