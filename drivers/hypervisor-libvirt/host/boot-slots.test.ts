import { expect, test } from 'vitest'
import { createBootSlots } from './boot-slots.ts'

const never = new AbortController().signal

test('guests beyond the limit wait in order and hear how many are ahead', async () => {
  const slots = createBootSlots(2)
  const heard: string[] = []
  const take = async (name: string, signal = never) => {
    const release = await slots.acquire(signal, (ahead) => heard.push(`${name}: ${ahead} ahead`))
    heard.push(`${name}: in`)
    return release
  }
  const first = await take('a')
  const second = await take('b')
  const impatient = new AbortController()
  const third = take('c', impatient.signal)
  const fourth = take('d')
  const fifth = take('e')
  expect(heard).toEqual(['a: in', 'b: in', 'c: 0 ahead', 'd: 1 ahead', 'e: 2 ahead'])

  impatient.abort(new Error('no longer'))
  await expect(third).rejects.toThrow('no longer')
  expect(heard.splice(0)).toContain('d: 0 ahead')

  first()
  first()
  await fourth
  second()
  await fifth
  expect(heard).toEqual(['e: 0 ahead', 'd: in', 'e: in'])
})

test('an aborted start takes no slot', async () => {
  const slots = createBootSlots(1)
  await expect(slots.acquire(AbortSignal.abort(new Error('late')), () => undefined)).rejects.toThrow('late')
  await slots.acquire(never, () => expect.unreachable('the slot is free'))
})
