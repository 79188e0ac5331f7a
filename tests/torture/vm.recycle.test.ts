import { tortureSaga } from '@basalt/testkit/torture'
import { bringVm } from './vm-states.ts'

tortureSaga('vm.recycle', {
  cloud: { hosts: 1, recycleBin: true },
  prepare: async (env) => void (await bringVm(env, 'running')),
  invoke: async (env) => env.call('ada', 'DELETE', `/v1/vms/${await bringVm(env, 'running')}`),
  finish: async (env, vm) => {
    const { recycledAt } = (await env.call('ada', 'GET', `/v1/vms/${vm}`)).body
    if (!recycledAt) await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  },
})
