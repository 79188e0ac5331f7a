import { tortureSaga } from '@basalt/testkit/torture'
import { bringVm } from './vm-states.ts'

tortureSaga('vm.delete', {
  cloud: { hosts: 1 },
  prepare: async (env) => void (await bringVm(env, 'running')),
  invoke: async (env) => env.call('ada', 'DELETE', `/v1/vms/${await bringVm(env, 'running')}`),
  finish: async (env, vm) => void (await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)),
})
