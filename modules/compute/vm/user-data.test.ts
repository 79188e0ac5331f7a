import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

test('[iam.secrets] user data reaches the guest, is sealed in the database, and never leaves the API', async () => {
  const userData = '#!/bin/sh\necho the-secret-word\n'
  const { body } = await env.createVm({ userData })
  expect(body.state).toBe('succeeded')
  expect(env.hosts[0]?.snapshot().domains[0]?.spec.userData).toBe(userData)
  const { database } = env.controlPlane().store
  const [row] = await database.query<{ user_data: string }>('select user_data from vm')
  expect(row?.user_data).toMatch(/^sealed2\./)
  const everything = await database.query(
    `select data::text as text from event union all select payload::text from task union all select output::text from journal`,
  )
  expect(JSON.stringify(everything)).not.toContain('the-secret-word')
  const { body: vm } = await env.call('operator', 'GET', `/v1/vms/${body.resource}`)
  expect(vm).not.toHaveProperty('userData')
})
