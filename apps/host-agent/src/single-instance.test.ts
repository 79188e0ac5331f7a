import { expect, test } from 'vitest'
import { claimStateDirectory } from './single-instance.ts'

test('one agent at a time works on a state directory', async () => {
  const directory = `/nowhere/${process.pid}`
  const release = await claimStateDirectory(directory)
  await expect(claimStateDirectory(directory)).rejects.toMatchObject({ code: 'AGENT_RUNNING' })
  const releaseOther = await claimStateDirectory(`${directory}/other`)
  release()
  releaseOther()
  const again = await claimStateDirectory(directory)
  again()
})
