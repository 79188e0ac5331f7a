import type { Ending } from '@basalt/kernel'
import { defineSaga, noUndo } from '@basalt/saga'
import type { CacheDeps } from './fill-cache-entry.saga.ts'

const forward = noUndo('it only tells whether the image is there, and is repeated until it did')

/** The way out of every state: look whether the pool has the image, or finish taking it away. */
export const recoverCacheEntry = defineSaga<{ from: string; entry: string; host: string }, CacheDeps>()(
  'cacheEntry.recover',
  { ids: [] },
)
  .step('look', ({ input, filler }) => filler.look(input.entry, input.host), forward)
  .step(
    'settle',
    async ({ input, done, filler }): Promise<Ending> => {
      if (done.look === 'away' && input.from === 'ready')
        return { end: 'ready', message: 'No host that has it is here; nothing was changed.' }
      if (done.look === 'away') return failed(AWAY)
      if (input.from === 'deleting') {
        await filler.remove(input.entry, input.host)
        return { end: 'deleted', message: 'It was half deleted; the rest of it is gone now.' }
      }
      return done.look === 'there' ? { end: 'ready', message: 'The pool has the image.' } : failed(MISSING)
    },
    forward,
  )

const AWAY = {
  code: 'HOST_AWAY',
  message: 'No host that has it is connected.',
  remedy: 'Recover it again when its host is back.',
}
const MISSING = {
  code: 'CACHED_IMAGE_MISSING',
  message: 'The pool does not have the image.',
  remedy: 'Fill it again; the next VM that needs it does that, too.',
}

const failed = (cause: { code: string; message: string; remedy: string }): Ending => ({
  end: 'failed',
  message: `${cause.message} ${cause.remedy}`,
  cause,
})
