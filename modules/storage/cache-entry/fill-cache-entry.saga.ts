import { defineSaga } from '@basalt/saga'
import type { CacheFiller } from './cache-filler.ts'

export interface CacheDeps {
  filler: CacheFiller
}

export const fillCacheEntry = defineSaga<{ entry: string; host: string }, CacheDeps>()('cacheEntry.fill', {
  ids: [],
}).step(
  'fetchImage',
  ({ input, filler, progress }) => filler.fetch(input.entry, input.host, progress),
  ({ input, filler }) => filler.remove(input.entry, input.host),
  { timeoutMs: 3_600_000 },
)
