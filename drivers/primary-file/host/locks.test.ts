import { expect, test } from 'vitest'
import { createLocks } from './locks.ts'

const { signal } = new AbortController()

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

test('work on one key is done one after the other, in the order of asking', async () => {
  const locks = createLocks()
  const order: string[] = []
  const first = gate()
  const works = [
    locks.run(['a'], signal, () => first.opened.then(() => order.push('first'))),
    locks.run(['b', 'a'], signal, async () => order.push('second')),
    locks.run(['a'], signal, async () => order.push('third')),
  ]
  await locks.run(['c'], signal, async () => order.push('other'))
  first.open()
  await Promise.all(works)
  expect(order).toEqual(['other', 'first', 'second', 'third'])
})

test('a failure releases the key and reaches its caller only', async () => {
  const locks = createLocks()
  const failing = locks.run(['a'], signal, () => Promise.reject(new Error('broken')))
  const next = locks.run(['a'], signal, async () => 'fine')
  await expect(failing).rejects.toThrow('broken')
  expect(await next).toBe('fine')
})

test('who gives up waiting lets nobody in early', async () => {
  const locks = createLocks()
  const holder = gate()
  const controller = new AbortController()
  const order: string[] = []
  const held = locks.run(['a'], signal, () => holder.opened.then(() => order.push('holder')))
  const impatient = locks.run(['a'], controller.signal, async () => order.push('impatient'))
  const patient = locks.run(['a'], signal, async () => order.push('patient'))
  controller.abort(new Error('gave up'))
  await expect(impatient).rejects.toThrow('gave up')
  holder.open()
  await Promise.all([held, patient])
  expect(order).toEqual(['holder', 'patient'])
})
