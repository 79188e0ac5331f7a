import type { Ending } from '@basalt/kernel'
import { defineSaga, noUndo } from '@basalt/saga'
import type { PoolDeps } from './create-pool.saga.ts'

const forward = noUndo('it only tells on which hosts the pool can be used, and is repeated until it did')

/** The way out of every state: open it wherever a host is here, or finish taking it away. */
export const recoverPool = defineSaga<{ from: string }, PoolDeps>()('storagePool.recover', { ids: ['pool'] })
  .step(
    'openOnHosts',
    async ({ ids, input, mounts, pools }) =>
      input.from === 'deleting' ? [] : mounts.reopen(await pools.get(ids.pool), input.from === 'creating'),
    forward,
  )
  .step(
    'settle',
    async ({ ids, input, done, cache, mounts, pools }): Promise<Ending> => {
      if (input.from !== 'deleting') return endOf(input.from, done.openOnHosts)
      await cache.dropAll(ids.pool)
      await mounts.closeOnAll(await pools.get(ids.pool))
      return { end: 'deleted', message: 'It was half deleted; the rest of it is gone now.' }
    },
    forward,
  )

/** How a host fared with the pool. A type, so that it counts as JSON. */
export type Opening = { host: string; cause: { code: string; message: string; remedy: string | null } | null }

function endOf(from: string, openings: readonly Opening[]): Ending {
  const usable = openings.filter(({ cause }) => !cause)
  const told = openings.flatMap(({ host, cause }) => (cause ? [`not on "${host}": ${cause.message}`] : []))
  if (usable.length > 0)
    return {
      end: 'ready',
      message: [`It can be used on ${usable.length} of ${openings.length} hosts`, ...told].join('; '),
    }
  const [first] = openings
  if (!first && from === 'ready')
    return { end: 'ready', message: 'No host of its cluster is here; nothing was changed.' }
  const cause = first?.cause ?? {
    code: 'NO_HOST',
    message: 'No host of its cluster is connected.',
    remedy: 'Bring one back, then recover the pool again.',
  }
  return { end: 'failed', message: [cause.message, ...told].join('; '), cause }
}
