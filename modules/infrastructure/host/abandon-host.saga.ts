import type { Ending } from '@basalt/kernel'
import { defineSaga, noUndo } from '@basalt/saga'
import type { HostDeps } from './host.deps.ts'

const forward = noUndo('a host that is lost goes forward only: abandoning it again finishes what failed')

/** "Give up a lost host", read aloud: make sure that it is away, give up what was on it, forget it. */
export const abandonHost = defineSaga<Record<string, never>, HostDeps>()('host.abandon', { ids: ['host'] })
  .step('makeSureItIsAway', ({ ids, loss }) => loss.confirm(ids.host), forward)
  .step('giveUpWhatWasThere', ({ ids, loss }) => loss.giveUp(ids.host), forward)
  .step(
    'forget',
    async ({ done, loss, ids }): Promise<Ending> => {
      await loss.confirm(ids.host)
      return { end: 'deleted', message: done.giveUpWhatWasThere }
    },
    forward,
  )
