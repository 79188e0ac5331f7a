import type { CloudEnvironment } from '@basalt/testkit'
import { describe, expect, test } from 'vitest'
import { hasBrowser } from './browser.fixture.ts'
import { consoleCloud } from './console-cloud.fixture.ts'

describe.skipIf(!hasBrowser)('lists by query, and deleting with what goes along (needs Chromium)', () => {
  let env: CloudEnvironment
  const { visitAs } = consoleCloud({}, async (made) => {
    env = made.env
    for (const [name, cidr] of [
      ['alpha', '10.1.0.0/24'],
      ['beta', '10.2.0.0/24'],
    ])
      await env.ok('ada', 'POST', '/v1/networks', { name, zone: env.furniture.zone, cidr })
  })

  test('[ui.console] [core.query] the box of a list takes a query, suggests as one types, and follows what changes', async () => {
    const { page, picture } = await visitAs('ada')
    await page.goto('/networks')
    await page.getByRole('link', { name: 'net1' }).waitFor()
    const box = page.getByLabel('Filter by name or query')
    await box.pressSequentially('zone.na')
    await page.getByRole('option', { name: 'zone.name' }).waitFor({ state: 'attached' })
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await box.inputValue()).toBe('zone.name ')
    await page.locator('.suggestion').getByText('contains, or matches with *').waitFor()
    await page.getByRole('link', { name: 'beta' }).waitFor()
    await picture('query-suggestions')
    await box.fill("name ~ 'a' and cidr = 10.1.0.0/24")
    await page.getByRole('link', { name: 'beta' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'alpha' }).waitFor()
    await page.getByText('1 network', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toContain('10.1.0.0/24')

    await box.fill("name ~ 'late-*'")
    await page.getByText('Nothing matches the filter.').waitFor()
    const body = { name: 'late-comer', zone: env.furniture.zone, cidr: '10.3.0.0/24' }
    const { resource } = await env.ok('ada', 'POST', '/v1/networks', body)
    await page.getByRole('link', { name: 'late-comer' }).waitFor()
    await env.ok('ada', 'PATCH', `/v1/networks/${resource}`, { name: 'renamed' })
    await page.getByText('Nothing matches the filter.').waitFor()
    await page.reload()
    expect(await box.inputValue()).toBe("name ~ 'late-*'")
  })

  test('[ui.console] [core.query] a query that is wrong is marked at its place, and the list stays as it was', async () => {
    const { page, picture } = await visitAs('ada')
    await page.goto('/networks')
    const box = page.getByLabel('Filter by name or query')
    await box.fill('name = alpha')
    await page.getByRole('link', { name: 'beta' }).waitFor({ state: 'detached' })
    await box.fill('name = alpha and nane = x')
    const alert = page.locator('.query-problem')
    await alert.getByText('did you mean "name"?').waitFor()
    expect(await alert.locator('mark').textContent()).toBe('n')
    expect(await alert.locator('code').textContent()).toBe('name = alpha and nane = x')
    expect(await box.getAttribute('aria-invalid')).toBe('true')
    await page.getByRole('link', { name: 'alpha' }).waitFor()
    await picture('query-problem')
    await box.fill('alph')
    await alert.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'net1' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'alpha' }).waitFor()
  })

  test('[ui.console] [core.cascade] what goes along with a zone is shown before its name is typed; what forbids it as well', async () => {
    const { id } = await env.ok('operator', 'POST', '/v1/zones', { name: 'west' })
    for (const number of [1, 2, 3, 4, 5, 6, 7])
      await env.ok('operator', 'POST', '/v1/fabrics', { name: `fabric ${number}`, zone: id, driver: 'simulated' })
    const { page, dialog, picture } = await visitAs('operator')
    await page.goto(`/zones/${id}`)
    await page.locator('.pane').getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('7 fabrics').waitFor()
    await picture('delete-cascade')
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('west')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('link', { name: 'west' }).waitFor({ state: 'detached' })

    const platform = (await env.items('operator', '/v1/accounts')).find(({ name }) => name === 'Platform')
    await page.goto(`/accounts/${platform?.id}`)
    await page.locator('.pane').getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('It cannot be deleted now.').waitFor()
    await picture('delete-cascade-forbidden')
    expect(await dialog.getByRole('textbox').count()).toBe(0)
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
  })
})
