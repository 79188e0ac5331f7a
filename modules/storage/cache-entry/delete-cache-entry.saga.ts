import { defineSaga, noUndo } from '@basalt/saga'
import type { CacheDeps } from './fill-cache-entry.saga.ts'

export const deleteCacheEntry = defineSaga<{ entry: string; host: string }, CacheDeps>()('cacheEntry.delete', {
  ids: [],
}).step(
  'removeLayer',
  ({ input, filler }) => filler.remove(input.entry, input.host),
  noUndo('a cached image goes forward only: deleting it again finishes what failed'),
)
