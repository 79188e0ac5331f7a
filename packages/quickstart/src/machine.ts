/** What a machine must have, said before anything is changed. */
import { checkRequirements } from '@basalt/lab'
import type { DemoOptions } from './demo.ts'

const SIMULATED =
  './basalt up --simulated brings up a cloud with simulated hosts: it needs neither root nor any package.'

/** @throws Error with a remedy when a lab cannot be on this machine */
export function checkMachine({ simulated }: Pick<DemoOptions, 'simulated'>): void {
  if (simulated) return
  const { ok, problems, missingPackages, remedy } = checkRequirements()
  if (ok) return
  const missing = missingPackages.length > 0 ? [`Packages are missing: ${missingPackages.join(', ')}.`] : []
  throw Object.assign(new Error([...problems, ...missing].join(' ')), { remedy: `${remedy}\n${SIMULATED}` })
}
