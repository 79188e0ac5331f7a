import { defineSaga, noUndo } from '@basalt/saga'
import type { NetworkDeps } from './create-network.saga.ts'

const forward = noUndo('it only makes the switch as its row says, and is repeated until it did')

/** The way out of every state: look at the switch, then make it be there, or be gone when it was being deleted. */
export const recoverNetwork = defineSaga<{ from: string }, NetworkDeps>()('network.recover', { ids: ['network'] })
  .step('look', ({ ids, switches }) => switches.look(ids.network), forward)
  .step('mend', ({ ids, input, done, switches }) => switches.recover(ids.network, input.from, done.look), forward)
