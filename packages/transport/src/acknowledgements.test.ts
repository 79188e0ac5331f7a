import { expect, test } from 'vitest'
import { createAcknowledgements } from './acknowledgements.ts'

test('what is safe is told with the next message, once', () => {
  const acknowledgements = createAcknowledgements(() => {})
  for (const id of ['one', 'two']) acknowledgements.add('host-1', id)
  acknowledgements.add('host-2', 'three')
  expect(acknowledgements.take('host-1')).toEqual([
    { type: 'acknowledge', id: 'one' },
    { type: 'acknowledge', id: 'two' },
  ])
  expect(acknowledgements.take('host-1')).toEqual([])
  acknowledgements.stop()
})

test('where no message follows, it is told by itself', async () => {
  const told = await new Promise((resolve) => {
    const acknowledgements = createAcknowledgements((host) => resolve([host, acknowledgements.take(host)]))
    acknowledgements.add('host-1', 'one')
  })
  expect(told).toEqual(['host-1', [{ type: 'acknowledge', id: 'one' }]])
})
