/** KVM where a probe guest really boots with it; the device alone says nothing. */
import { join } from 'node:path'
import { probeKvm } from '@basalt/tiny-image'
import type { DemoOptions } from './demo.ts'
import { placesOf } from './places.ts'
import type { Steps } from './steps.ts'

export async function chooseVirtualization(
  { stateDir, name }: Pick<DemoOptions, 'stateDir' | 'name'>,
  steps: Steps,
): Promise<'kvm' | 'tcg'> {
  const { cache } = placesOf(stateDir, name)
  const probe = await steps.run('Does a guest boot with KVM?', () => probeKvm({ workDir: join(cache, 'tiny') }))
  await steps.run(probe.usable ? 'Guests run with KVM' : 'No: guests are emulated, and slower', async () => {})
  return probe.usable ? 'kvm' : 'tcg'
}
