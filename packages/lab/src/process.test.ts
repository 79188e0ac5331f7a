import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { identify, isAlive, processesWithEnvironment, signal, waitFor } from './process.ts'

test('a process is known by its pid and start time until it ends, even before anyone reaps it', async () => {
  const child = spawn('sleep', ['1000'], { env: { LAB_TEST: `${process.pid}` } })
  await once(child, 'spawn')
  const identity = identify(child.pid ?? 0)
  if (!identity) throw new Error('sleep does not run')
  expect(isAlive(identity)).toBe(true)
  expect(isAlive({ ...identity, startTicks: identity.startTicks + 1 })).toBe(false)
  await waitFor('exec', 5_000, () => processesWithEnvironment('LAB_TEST', `${process.pid}`).length === 1)

  signal({ ...identity, startTicks: identity.startTicks + 1 }, 'SIGKILL')
  expect(isAlive(identity)).toBe(true)
  signal(identity, 'SIGKILL')
  await once(child, 'exit')
  expect(isAlive(identity)).toBe(false)
})

test('waiting has an end', async () => {
  await expect(waitFor('nothing', 20, () => false)).rejects.toMatchObject({ code: 'LAB_TIMEOUT' })
})
