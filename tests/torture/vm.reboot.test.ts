import { tortureSaga } from '@basalt/testkit/torture'
import { bringVm } from './vm-states.ts'

tortureSaga('vm.reboot', {
  cloud: { hosts: 1 },
  without: {
    'ends with the power of its host':
      'a guest that lost its power cannot be rebooted: that it is off is for its host to tell',
  },
  prepare: async (env) => void (await bringVm(env, 'running')),
  invoke: async (env) => env.call('ada', 'POST', `/v1/vms/${await bringVm(env, 'running')}/reboot`),
  finish: async (env) => void (await env.ok('ada', 'POST', `/v1/vms/${await bringVm(env, 'running')}/reboot`)),
})
