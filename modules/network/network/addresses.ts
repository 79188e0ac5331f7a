/** IPv4 arithmetic: which addresses a network may give to guests. */
import type { Turn } from '@basalt/kernel'
import type { FieldProblem } from '@basalt/resource'

export const toNumber = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

export interface Subnet {
  /** First and last address of the prefix: the network's own and the broadcast address. */
  first: number
  last: number
}

export function subnetOf(cidr: string): Subnet {
  const [address = '', bits = ''] = cidr.split('/')
  const first = toNumber(address)
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 }
}

export interface AddressPlan {
  cidr: string
  gateway: string
  ranges: { from: string; to: string }[]
}

/** The first usable address is the gateway unless another one is named. */
export const defaultGateway = (cidr: string): string => toAddress(subnetOf(cidr).first + 1)

/** What is wrong with a plan; empty when nothing is. */
export function checkPlan({ cidr, gateway, ranges }: AddressPlan): FieldProblem[] {
  const { first, last } = subnetOf(cidr)
  const inside = (address: string): boolean => toNumber(address) > first && toNumber(address) < last
  const problems: FieldProblem[] = []
  if (!inside(gateway))
    problems.push({
      field: 'gateway',
      message: `is not a usable address of ${cidr}`,
      remedy: `Choose one between ${toAddress(first + 1)} and ${toAddress(last - 1)}.`,
    })
  const sorted = ranges.map((range, index) => ({ ...range, index })).sort((a, b) => toNumber(a.from) - toNumber(b.from))
  for (const { from, to, index } of sorted) {
    if (!inside(from) || !inside(to))
      problems.push({
        field: `ranges.${index}`,
        message: `is not within the usable addresses of ${cidr}`,
        remedy: `Stay between ${toAddress(first + 1)} and ${toAddress(last - 1)}.`,
      })
    else if (toNumber(from) > toNumber(to))
      problems.push({ field: `ranges.${index}`, message: 'ends before it begins', remedy: 'Swap "from" and "to".' })
  }
  sorted.slice(1).forEach((range, position) => {
    const before = sorted[position]
    if (before && toNumber(range.from) <= toNumber(before.to))
      problems.push({
        field: `ranges.${range.index}`,
        message: 'overlaps another range',
        remedy: 'Join the two ranges.',
      })
  })
  return problems
}

/** Whether guests may have this address. */
export function mayGive({ cidr, gateway, ranges }: AddressPlan, address: string): boolean {
  const number = toNumber(address)
  const { first, last } = subnetOf(cidr)
  if (number <= first || number >= last || address === gateway) return false
  return ranges.length === 0 || ranges.some(({ from, to }) => number >= toNumber(from) && number <= toNumber(to))
}

function* numbersOf(ranges: readonly (readonly [number, number])[], turn: Turn): Generator<number> {
  const isOwn = (number: number): boolean => number % turn.of === turn.position
  for (const [from, to] of ranges) for (let number = from; number <= to; number++) if (isOwn(number)) yield number
  if (turn.of === 1) return
  for (const [from, to] of ranges) for (let number = from; number <= to; number++) if (!isOwn(number)) yield number
}

/**
 * The addresses that may be given and are not taken when they come to their turn, from the lowest on. Of several nodes each begins with its
 * own, so that those who choose at the same time do not all choose the same.
 */
export function* freeAddresses(
  plan: AddressPlan,
  taken: ReadonlySet<string>,
  turn: Turn = { position: 0, of: 1 },
): Generator<string> {
  const { first, last } = subnetOf(plan.cidr)
  const ranges =
    plan.ranges.length > 0
      ? plan.ranges.map(({ from, to }) => [toNumber(from), toNumber(to)] as const)
      : [[first + 1, last - 1] as const]
  for (const number of numbersOf(
    [...ranges].sort((a, b) => a[0] - b[0]),
    turn,
  )) {
    const address = toAddress(number)
    if (address !== plan.gateway && !taken.has(address)) yield address
  }
}

/** The lowest address that may be given and is not taken; null when there is none. */
export const nextFree = (plan: AddressPlan, taken: ReadonlySet<string>): string | null =>
  freeAddresses(plan, taken).next().value ?? null
