import { readdir } from 'node:fs/promises'
import { registeredSagas } from '@basalt/testkit/torture'
import { expect, test } from 'vitest'

test('[core.saga] every saga that a module registers is tortured by a file of its name, and no other', async () => {
  const files = await readdir(import.meta.dirname)
  const tortured = files.flatMap((file) => /^(\w+\.\w+)\.test\.ts$/.exec(file)?.[1] ?? [])
  expect(tortured.sort()).toEqual([...registeredSagas().keys()].sort())
})
