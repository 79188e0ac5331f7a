import { defineSaga, noUndo } from '@basalt/saga'
import type { HostDeps } from './host.deps.ts'

/** The way out of every state: what the agent tells counts, or that it is not here. */
export const recoverHost = defineSaga<Record<string, never>, HostDeps>()('host.recover', { ids: ['host'] }).step(
  'look',
  ({ ids, recovery }) => recovery.recover(ids.host),
  noUndo('it only tells what there is, and is repeated until it did'),
)
