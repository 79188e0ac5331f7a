/** What operators tune of storage. */
import { defineSetting, f } from '@basalt/resource'

export const usageSeconds = defineSetting(
  'storage.usageSeconds',
  f.integer({ minimum: 5, maximum: 3600, unit: 's', doc: 'How often hosts look how full their pools are.' }),
  { default: 30 },
)

export const storageSettings = [usageSeconds]
