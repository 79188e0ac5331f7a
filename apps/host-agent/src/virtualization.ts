import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { probeKvm } from '@basalt/tiny-image'

/** How guests run here, and why. */
export interface VirtualizationChoice {
  virtualization: 'kvm' | 'tcg'
  reason: string
}

/** What {@link chooseVirtualization} takes. */
export interface VirtualizationDeps {
  configured: 'auto' | 'kvm' | 'tcg'
  stateDir: string
  /** A choice holds until the host restarts. */
  bootId: string
  probe?: typeof probeKvm
}

/**
 * Chooses hardware virtualization only where a probe guest has booted with it. The verdict is kept for this boot of the host; a probe
 * that could not be made is tried again at the agent's next start.
 */
export async function chooseVirtualization(deps: VirtualizationDeps): Promise<VirtualizationChoice> {
  const { configured, stateDir, bootId, probe = probeKvm } = deps
  if (configured !== 'auto') return { virtualization: configured, reason: `The settings say ${configured}.` }
  const path = join(stateDir, 'virtualization.json')
  const kept = await readKept(path)
  if (kept?.bootId === bootId) return kept.choice
  try {
    const { usable, reason } = await probe({ workDir: join(stateDir, 'kvm-probe') })
    const choice: VirtualizationChoice = { virtualization: usable ? 'kvm' : 'tcg', reason }
    await writeFile(`${path}.new`, JSON.stringify({ bootId, choice }))
    await rename(`${path}.new`, path)
    return choice
  } catch (error) {
    return { virtualization: 'tcg', reason: `KVM could not be probed: ${(error as Error).message}` }
  }
}

async function readKept(path: string): Promise<{ bootId: string; choice: VirtualizationChoice } | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
