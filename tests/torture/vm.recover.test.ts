import { tortureSaga } from '@basalt/testkit/torture'
import { PLANTED_CAUSE, say } from './planted.ts'
import { bringVm } from './vm-states.ts'

/** The guest went off unseen, and something failed: the row knows nothing, and room and port are still taken. */
tortureSaga('vm.recover', {
  cloud: { hosts: 1 },
  async prepare(env) {
    const [known] = await env.items('ada', '/v1/vms')
    if (known?.state === 'failed') await env.ok('ada', 'POST', `/v1/vms/${known.id}/recover`)
    const vm = await bringVm(env, 'running')
    const [host] = env.hosts
    await host?.hypervisor.commands.powerOff({ vm }, { signal: new AbortController().signal, progress() {} })
    await say(env, 'vm', vm, { state: 'failed', cause: PLANTED_CAUSE })
  },
  async invoke(env) {
    const [vm] = await env.items('ada', '/v1/vms')
    return env.call('ada', 'POST', `/v1/vms/${vm?.id}/recover`)
  },
  async finish(env) {
    const [vm] = await env.items('ada', '/v1/vms')
    await env.ok('ada', 'POST', `/v1/vms/${vm?.id}/recover`)
  },
})
