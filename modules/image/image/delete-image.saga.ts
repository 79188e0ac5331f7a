import { defineSaga, noUndo } from '@basalt/saga'
import type { ImageDeps } from './create-image.saga.ts'

export const deleteImage = defineSaga<Record<string, never>, ImageDeps>()('image.delete', { ids: ['image'] }).step(
  'removeFile',
  ({ ids, receiver }) => receiver.discard(ids.image),
  noUndo('an image goes forward only: deleting it again finishes what failed'),
)
