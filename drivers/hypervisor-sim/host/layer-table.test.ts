import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LayerTable } from './layer-table.ts'
import type { SimulatedLayer } from './pools.ts'

const id = fc.constantFrom('a', 'b', 'c', 'd')
const layer: fc.Arbitrary<SimulatedLayer> = fc.record({
  layer: id,
  parent: fc.option(id),
  virtualSizeBytes: fc.constant(512),
  allocatedBytes: fc.integer({ min: 0, max: 1000 }),
  openedBy: fc.constant(null),
})
const change = fc.oneof(
  { weight: 6, arbitrary: layer },
  { weight: 3, arbitrary: id },
  { weight: 1, arbitrary: fc.constant(null) },
)

test('knows sizes and children as one does who looks at all layers, whatever came, changed and went', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const table = new LayerTable()
      const all = new Map<string, SimulatedLayer>()
      for (const each of changes)
        for (const layers of [table, all]) {
          if (each === null) layers.clear()
          else if (typeof each === 'string') layers.delete(each)
          else layers.set(each.layer, each)
        }
      const layers = [...all.values()]
      expect([...table.values()]).toEqual(layers)
      expect(table.allocatedBytes).toBe(layers.reduce((sum, { allocatedBytes }) => sum + allocatedBytes, 0))
      for (const parent of ['a', 'b', 'c', 'd']) {
        const children = layers.filter((each) => each.parent === parent).map((each) => each.layer)
        const child = table.childOf(parent)
        if (child === undefined) expect(children).toEqual([])
        else expect(children).toContain(child)
      }
    }),
  )
})
