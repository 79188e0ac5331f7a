import { tortureSaga } from '@basalt/testkit/torture'
import { bringVm } from './vm-states.ts'

tortureSaga('vm.stop', {
  cloud: { hosts: 1 },
  prepare: async (env) => void (await bringVm(env, 'running')),
  invoke: async (env) => env.call('ada', 'POST', `/v1/vms/${await bringVm(env, 'running')}/stop`),
  finish: async (env) => void (await bringVm(env, 'stopped')),
})
