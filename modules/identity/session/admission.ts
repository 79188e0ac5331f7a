/** What can be refused of those who have not logged in before their body is read. */
import type { Caller } from '@basalt/kernel'
import type { PasswordHasher } from '../password/hasher.ts'
import type { Lane } from '../password/lanes.ts'
import { type Refusals, refusing } from './refusals.ts'
import type { Throttle } from './throttle.ts'

interface Deps {
  hasher: PasswordHasher
  throttle: Throttle
  refusals: Refusals
}

/** @param laneOf where whoever comes from an address waits for the hasher @throws Problem, which is in the audit then, as a refusal of `action` */
export const admitting =
  ({ hasher, throttle, refusals }: Deps, action: string, laneOf: (address: string) => Lane) =>
  async (from: Caller): Promise<void> => {
    try {
      const address = from.address ?? ''
      throttle.checkAddress(address)
      hasher.checkRoom(laneOf(address))
    } catch (error) {
      await refusing(refusals, action)(error, from)
    }
  }
