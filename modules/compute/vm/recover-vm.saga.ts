import { defineSaga, noUndo } from '@basalt/saga'
import type { VmDeps } from './vm.deps.ts'

const forward = noUndo('it only brings the VM to what there is of it, and is repeated until it did')

/** The way out of every state: look at what there is, then make rows, room and ports say the same. */
export const recoverVm = defineSaga<{ from: string }, VmDeps>()('vm.recover', { ids: ['vm'] })
  .step('look', ({ ids, recovery }) => recovery.look(ids.vm), forward)
  .step('mend', ({ ids, input, done, recovery }) => recovery.mend(ids.vm, input.from, done.look), forward)
