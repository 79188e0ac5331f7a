import type { CloudEnvironment } from '@basalt/testkit'
import { describe, expect, test } from 'vitest'
import { hasBrowser, type Visit } from './browser.fixture.ts'
import { consoleCloud } from './console-cloud.fixture.ts'

const PARTS = ['sysadmin', 'secadmin', 'secauditor'] as const
const PASSWORD = 'a-good-password'

async function separateDuties({ call, items, ok }: CloudEnvironment): Promise<void> {
  const { account } = (await call('operator', 'GET', '/v1/me')).body
  const [role] = await items('operator', '/v1/roles?key=accountAdmin')
  const holders: Record<string, unknown> = {}
  for (const part of PARTS) {
    const user = { name: part, username: part, password: PASSWORD, inAccount: account, role: role?.id }
    holders[part] = (await ok('operator', 'POST', '/v1/users', user)).id
  }
  const [separation] = await items('operator', '/v1/separations')
  await ok('operator', 'POST', `/v1/separations/${separation?.id}/enable`, holders)
}

describe.skipIf(!hasBrowser)('invitations in the console (needs Chromium)', () => {
  const { visit } = consoleCloud({ furnished: false }, ({ env }) => separateDuties(env))

  async function visitAs(part: (typeof PARTS)[number]): Promise<Visit> {
    const made = await visit()
    await made.login(part, PASSWORD)
    return made
  }

  /** The code in the dialog, which is gone once it was kept. */
  async function codeOf({ page, dialog, picture }: Visit, name: string): Promise<string> {
    await dialog.getByText('It is shown only now.').waitFor()
    const code = (await dialog.locator('.secret').textContent())?.trim() ?? ''
    // Once it has come up.
    await dialog.getByRole('button', { name: 'I have kept it' }).click({ trial: true })
    await picture(name)
    await dialog.getByRole('button', { name: 'I have kept it' }).click()
    await page.reload()
    await page.getByRole('link', { name: 'ada' }).first().waitFor()
    expect(await page.content()).not.toContain(code)
    return code
  }

  async function askedFor(): Promise<string> {
    const visitor = await visitAs('secadmin')
    const { page, dialog } = visitor
    await page.goto('/invitations?form=create')
    await dialog.getByRole('combobox', { name: 'User' }).fill('ada')
    await page.locator('.ant-select-item').getByText('ada', { exact: true }).click()
    await dialog.getByRole('button', { name: 'Create invitation' }).click()
    return codeOf(visitor, 'invitation-first-code')
  }

  async function approved(): Promise<string> {
    const visitor = await visitAs('secauditor')
    const { page, dialog } = visitor
    await page.goto('/invitations')
    await page.locator('.row-link', { hasText: 'ada' }).click()
    await page.locator('.pane').getByRole('button', { name: 'Approve' }).click()
    await dialog.getByRole('button', { name: 'Approve' }).click()
    return codeOf(visitor, 'invitation-second-code')
  }

  test('[iam.separation] [ui.console] two parts are shown a code each; who has both sets a password without a session', async () => {
    const [code, secondCode] = [await askedFor(), await approved()]
    const { page, picture } = await visit()
    await page.goto('/')
    await page.getByRole('link', { name: 'You have been given two codes? Set your password' }).click()
    await page.getByRole('heading', { name: 'Set your password' }).waitFor()
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('First code').fill(code)
    await page.getByLabel('Second code').fill(code)
    await page.getByLabel('New password', { exact: true }).fill('her-own-password')
    await page.getByLabel('New password, once more').fill('another-password')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('The two passwords differ.').waitFor()
    await page.getByLabel('New password, once more').fill('her-own-password')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('No invitation of this user that counts has these two codes.').waitFor()
    await picture('redeem')
    await page.getByLabel('Second code').fill(secondCode)
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('Your password is set. Log in with it.').waitFor()
    await picture('redeemed')
    await page.getByRole('link', { name: 'Log in' }).click()
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('her-own-password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('navigation').waitFor()
  })
})
