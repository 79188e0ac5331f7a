import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkPlan,
  defaultGateway,
  freeAddresses,
  mayGive,
  nextFree,
  subnetOf,
  toAddress,
  toNumber,
} from './addresses.ts'

const plan = { cidr: '10.0.0.0/29', gateway: '10.0.0.1', ranges: [] as { from: string; to: string }[] }

test('[l3.ip] addresses are given once, never the gateway, the network or the broadcast address', () => {
  const taken = new Set<string>()
  for (let address = nextFree(plan, taken); address; address = nextFree(plan, taken)) taken.add(address)
  expect([...taken]).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6'])
})

test('[l3.ip] of several nodes each begins with addresses of its own, and gives those of the others when it has no more', () => {
  const wide = {
    ...plan,
    cidr: '10.0.0.0/26',
    ranges: [
      { from: '10.0.0.40', to: '10.0.0.60' },
      { from: '10.0.0.4', to: '10.0.0.20' },
    ],
  }
  const all = [...freeAddresses(wide, new Set())]
  const given = [0, 1, 2].map((position) => [...freeAddresses(wide, new Set(), { position, of: 3 })])
  const firsts = given.flatMap((addresses) => addresses.slice(0, 12))
  expect(new Set(firsts).size).toBe(36)
  for (const addresses of given) expect(new Set(addresses)).toEqual(new Set(all))
  expect(given.map((addresses) => addresses.length)).toEqual([38, 38, 38])
})

test('[l3.ip] whatever is given out may be given out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 30 }), fc.nat(2 ** 32 - 1), (bits, number) => {
      const size = 2 ** (32 - bits)
      const cidr = `${toAddress(number - (number % size))}/${bits}`
      const wide = { cidr, gateway: defaultGateway(cidr), ranges: [] }
      const address = nextFree(wide, new Set())
      expect(checkPlan(wide)).toEqual([])
      if (address) expect(mayGive(wide, address)).toBe(true)
      expect(toAddress(toNumber(toAddress(number)))).toBe(toAddress(number))
      expect(mayGive(wide, toAddress(subnetOf(cidr).last))).toBe(false)
    }),
  )
})

test('[l3.network] ranges outside the subnet, backwards or overlapping are refused by field', () => {
  const fields = (ranges: { from: string; to: string }[]) =>
    checkPlan({ ...plan, ranges }).map((problem) => problem.field)
  expect(fields([{ from: '10.0.0.2', to: '10.0.0.9' }])).toEqual(['ranges.0'])
  expect(fields([{ from: '10.0.0.4', to: '10.0.0.2' }])).toEqual(['ranges.0'])
  expect(
    fields([
      { from: '10.0.0.2', to: '10.0.0.4' },
      { from: '10.0.0.4', to: '10.0.0.5' },
    ]),
  ).toEqual(['ranges.1'])
  expect(checkPlan({ ...plan, gateway: '10.0.0.7' }).map((problem) => problem.field)).toEqual(['gateway'])
})
