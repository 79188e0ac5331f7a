import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseVirtualization } from './virtualization.ts'

let stateDir: string
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'virtualization-'))
})
afterEach(() => rm(stateDir, { recursive: true, force: true }))

const choose = (bootId: string, probe: () => Promise<{ usable: boolean; reason: string }>) =>
  chooseVirtualization({ configured: 'auto', stateDir, bootId, probe })
const neverProbed = async () => expect.unreachable('it was probed')

test('what the settings say is not probed', async () => {
  for (const configured of ['kvm', 'tcg'] as const) {
    const deps = { configured, stateDir, bootId: 'a', probe: neverProbed }
    expect(await chooseVirtualization(deps)).toMatchObject({ virtualization: configured })
  }
})

test('a verdict holds until the host restarts', async () => {
  const refused = { usable: false, reason: 'The guest hung.' }
  expect(await choose('a', async () => refused)).toEqual({ virtualization: 'tcg', reason: 'The guest hung.' })
  expect(await choose('a', neverProbed)).toEqual({ virtualization: 'tcg', reason: 'The guest hung.' })
  const booted = { usable: true, reason: 'A guest booted.' }
  expect(await choose('b', async () => booted)).toEqual({ virtualization: 'kvm', reason: 'A guest booted.' })
})

test('a probe that could not be made is no verdict', async () => {
  const broken = async () => Promise.reject(new Error('no kernel'))
  expect(await choose('a', broken)).toEqual({ virtualization: 'tcg', reason: 'KVM could not be probed: no kernel' })
  expect(await choose('a', async () => ({ usable: true, reason: 'yes' }))).toMatchObject({ virtualization: 'kvm' })
})
