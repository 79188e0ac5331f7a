import { defineSaga, noUndo } from '@basalt/saga'
import type { ImageDeps } from './create-image.saga.ts'

const forward = noUndo('it only tells what there is of the image, and is repeated until it did')

/** The way out of every state: look for the file, check it, then say what it is. */
export const recoverImage = defineSaga<{ from: string }, ImageDeps>()('image.recover', { ids: ['image'] })
  .step('look', ({ ids, receiver, signal, progress }) => receiver.look(ids.image, { signal, progress }), forward, {
    timeoutMs: 3_600_000,
    weight: 8,
  })
  .step(
    'mend',
    ({ ids, input, done, receiver, signal, progress }) =>
      receiver.recover(ids.image, input.from, done.look, { signal, progress }),
    forward,
    { timeoutMs: 3_600_000 },
  )
