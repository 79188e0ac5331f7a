import { defineSaga, noUndo } from '@basalt/saga'
import type { VmDeps } from './vm.deps.ts'

export const rebootVm = defineSaga<{ mode: 'guest' | 'reset' }, VmDeps>()('vm.reboot', { ids: ['vm'] }).step(
  'rebootGuest',
  ({ ids, input, guests }) => guests.reboot(ids.vm, input.mode),
  noUndo('a reboot cannot be taken back'),
)
