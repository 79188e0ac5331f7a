/** What can be refused of those who have not logged in before their body is read. */
import type { Caller } from '@basalt/kernel'
import type { PasswordHasher } from '../password/hasher.ts'
import { type Refusals, refusing } from './refusals.ts'
import type { Throttle } from './throttle.ts'

interface Deps {
  hasher: PasswordHasher
  throttle: Throttle
  refusals: Refusals
}

/** @param forWhat what of the hasher it will need @throws Problem, which is in the audit then, as a refusal of `action` */
export const admitting =
  ({ hasher, throttle, refusals }: Deps, action: string, forWhat: 'check' | 'hash') =>
  async (from: Caller): Promise<void> => {
    try {
      throttle.checkAddress(from.address ?? '')
      hasher.checkRoom(forWhat)
    } catch (error) {
      await refusing(refusals, action)(error, from)
    }
  }
