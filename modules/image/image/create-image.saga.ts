import { defineSaga } from '@basalt/saga'
import type { Receiver } from './receiver.ts'

export interface ImageDeps {
  receiver: Receiver
}

const DAY_MS = 86_400_000

export const createImage = defineSaga<{ allowPrivate: boolean }, ImageDeps>()('image.create', { ids: ['image'] })
  .step(
    'receive',
    ({ ids, input, receiver, signal, progress }) => receiver.receive(ids.image, { ...input, signal, progress }),
    ({ ids, receiver }) => receiver.discard(ids.image),
    { timeoutMs: DAY_MS, weight: 8 },
  )
  .step(
    'verify',
    ({ ids, receiver, signal, progress }) => receiver.verify(ids.image, { signal, progress }),
    ({ ids, receiver }) => receiver.discard(ids.image),
    { timeoutMs: 3_600_000, weight: 2 },
  )
