import { defineSaga } from '@basalt/saga'
import type { Switches } from './switches.ts'

export interface NetworkDeps {
  switches: Switches
}

export const createNetwork = defineSaga<Record<string, never>, NetworkDeps>()('network.create', {
  ids: ['network'],
}).step(
  'makeSwitch',
  ({ ids, switches }) => switches.ensure(ids.network),
  ({ ids, switches }) => switches.remove(ids.network),
)
