/** How much one request may ask for. */
import { defineSetting, f, MOST_BULK_ITEMS } from '@basalt/resource'

export const bulkItems = defineSetting(
  'bulk.items',
  f.integer({
    minimum: 1,
    maximum: MOST_BULK_ITEMS,
    doc: 'Most resources that one bulk request acts on, and most lines that one import takes.',
  }),
  { default: 1_000 },
)

export const bulkSettings = [bulkItems]
