import { defineSaga, noUndo } from '@basalt/saga'
import type { NetworkDeps } from './create-network.saga.ts'

export const deleteNetwork = defineSaga<Record<string, never>, NetworkDeps>()('network.delete', {
  ids: ['network'],
}).step(
  'removeSwitch',
  ({ ids, switches }) => switches.remove(ids.network),
  noUndo('a network goes forward only: deleting it again finishes what failed'),
)
