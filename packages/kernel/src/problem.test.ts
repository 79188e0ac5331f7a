import { expect, test } from 'vitest'
import { Problem, refusal } from './problem.ts'

const asked = {
  status: 429,
  code: 'TOO_MANY_REQUESTS',
  detail: 'You send more requests than you may.',
  remedy: 'Wait 1 s.',
  retryAfterSeconds: 1,
}

test('[api.rest] a refusal is a problem like any other, but for where it was made', () => {
  const [refused, problem] = [refusal(asked), new Problem(asked)]
  expect(refused).toBeInstanceOf(Problem)
  expect(JSON.stringify(refused)).toBe(JSON.stringify(problem))
  expect(refused.retryAfterSeconds).toBe(1)
  expect(refused.stack).not.toContain('problem.test.ts')
  expect(problem.stack).toContain('problem.test.ts')
})
