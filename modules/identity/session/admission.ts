/** What can be refused of those who have not logged in before their body is read. */
import { type Guard, Problem } from '@basalt/kernel'
import type { PasswordHasher } from '../password/hasher.ts'
import type { Lane } from '../password/lanes.ts'
import { noting, type Refusals } from './refusals.ts'
import type { Throttle } from './throttle.ts'

interface Deps {
  hasher: PasswordHasher
  throttle: Throttle
  refusals: Refusals
}

/** @param action as it is in the audit @param laneOf where whoever comes from an address waits for the hasher */
export const guardOf = (
  { hasher, throttle, refusals }: Deps,
  action: string,
  laneOf: (address: string) => Lane,
): Guard => ({
  refuse({ address = '' }) {
    try {
      throttle.checkAddress(address)
      hasher.checkRoom(laneOf(address))
      return null
    } catch (error) {
      if (error instanceof Problem) return error
      throw error
    }
  },
  note: noting(refusals, action),
})
