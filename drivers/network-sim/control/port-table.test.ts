import type { PortSpec } from '@basalt/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PortTable } from './port-table.ts'

/** So few of each that they meet all the time. */
const spec: fc.Arbitrary<PortSpec> = fc.record({
  port: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
  network: fc.constantFrom('n1', 'n2'),
  mac: fc.constantFrom('52:54:00:00:00:0a', '52:54:00:00:00:0A', '52:54:00:00:00:0b'),
  address: fc.constantFrom('10.0.0.2', '10.0.0.3', '10.0.0.4'),
  hostname: fc.constant('web'),
  tunnelKey: fc.integer({ min: 1, max: 4 }),
  chassis: fc.constant(null),
})
const change = fc.oneof(
  { weight: 6, arbitrary: spec },
  { weight: 2, arbitrary: fc.constantFrom('p1', 'p2', 'p3', 'p4') },
  { weight: 1, arbitrary: fc.constant(null) },
)

const clash = (one: PortSpec, other: PortSpec): boolean =>
  one.port !== other.port &&
  one.network === other.network &&
  (one.tunnelKey === other.tunnelKey ||
    one.address === other.address ||
    one.mac.toLowerCase() === other.mac.toLowerCase())

test('finds twins and counts ports as one does who looks at all of them, whatever came, moved and went', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), spec, (changes, asked) => {
      const table = new PortTable()
      const all = new Map<string, PortSpec>()
      for (const each of changes) {
        if (each === null) for (const ports of [table, all]) ports.clear()
        else if (typeof each === 'string') for (const ports of [table, all]) ports.delete(each)
        else if (!table.twinOf(each)) for (const ports of [table, all]) ports.set(each.port, each)
      }
      expect([...table]).toEqual([...all])
      const twin = table.twinOf(asked)
      expect(twin !== undefined).toBe([...all.values()].some((other) => clash(asked, other)))
      if (twin) expect(clash(asked, all.get(twin.port) as PortSpec)).toBe(true)
      for (const network of ['n1', 'n2'])
        expect(table.countIn(network)).toBe([...all.values()].filter((port) => port.network === network).length)
    }),
  )
})
