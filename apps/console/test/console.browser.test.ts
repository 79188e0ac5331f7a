import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CloudEnvironment } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { type Browser, hasBrowser } from './browser.fixture.ts'
import { consoleCloud } from './console-cloud.fixture.ts'

describe.skipIf(!hasBrowser)('the console in a browser (needs Chromium)', () => {
  let env: CloudEnvironment
  let browser: Browser
  let directory: string
  const { visit, visitAs } = consoleCloud({ hosts: 2, recycleBin: true }, (made) => {
    ;({ env, browser, directory } = made)
  })

  const stateOf = (page: Page, state: string) => page.locator(`.pane [data-state=${state}]`)

  test('[ui.console] a wrong password is refused in place, the right one leads back to where one wanted to go', async () => {
    const { page, context, picture } = await visit()
    await page.goto('/networks')
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('not her password')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('The user name or the password is wrong.').waitFor()
    await picture('login')
    await page.getByLabel('Password').fill(env.passwords.ada)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('link', { name: 'net1' }).waitFor()
    // A second tab is logged in as the first, and logged out with it.
    const tab = await context.newPage()
    await tab.goto('/images')
    await tab.getByRole('link', { name: 'tiny' }).waitFor()
    await page.bringToFront()
    await page.getByRole('button', { name: 'Account menu of ada' }).click()
    await page.getByText('Log out').click()
    for (const each of [page, tab]) await each.getByRole('heading', { name: 'Log in to Basalt' }).waitFor()
  })

  test('[iam.sessions] no script can read what proves the session; reloading keeps it, other pages cannot use it', async () => {
    const { page, context } = await visitAs('ada')
    const seen = await page.evaluate(() => [
      document.cookie,
      ...Object.values(sessionStorage),
      ...Object.keys(localStorage),
    ])
    expect(seen.filter((text) => text !== 'basalt.scheme')).toEqual([''])
    const [cookie] = await context.cookies()
    expect(cookie).toMatchObject({ name: '__Host-basalt-session', httpOnly: true, secure: true, sameSite: 'Strict' })
    await page.reload()
    await page.getByRole('button', { name: 'Account menu of ada' }).waitFor()
    const api = env.controlPlane().apiUrl
    const elsewhere = await context.request.post(`${api}/v1/networks`, {
      headers: { origin: 'https://evil.example' },
      data: {},
    })
    expect([elsewhere.status(), (await elsewhere.json()).code]).toEqual([403, 'CROSS_ORIGIN'])
  })

  test('[iam.accesskey] the secret of a new key is shown once, to be copied', async () => {
    const { page, dialog, picture } = await visitAs('ada')
    await page.goto('/access-keys?form=create')
    await dialog.getByLabel('Name', { exact: true }).fill('build')
    await dialog.getByRole('button', { name: 'Create access key' }).click()
    await dialog.getByText('It is shown only now.').waitFor()
    const secret = (await dialog.locator('.secret').textContent())?.trim() ?? ''
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    await picture('access-key')
    await dialog.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('link', { name: 'build' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'build' }).waitFor()
    expect(await page.content()).not.toContain(secret)
  })

  test('[ui.console] what happens elsewhere shows at once, without a refresh', async () => {
    const { page, picture } = await visitAs('ada')
    await page.getByRole('heading', { name: 'VMs', exact: true }).waitFor()
    await env.createVm({ name: 'made-by-api' })
    const row = page.getByRole('row', { name: /made-by-api/ })
    await row.locator('[data-state=running]').waitFor()
    await picture('list')
    const [{ id } = { id: '' }] = (await env.items('ada', '/v1/vms')).filter(({ name }) => name === 'made-by-api')
    await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
    await row.waitFor({ state: 'detached' })
  })

  test('[ui.console] [core.recyclebin] a VM is created by its form, stopped, started, deleted, undeleted and expunged by its buttons', async () => {
    const { page, dialog, picture } = await visitAs('ada')
    await page.getByRole('button', { name: 'Create VM' }).first().click()
    await dialog.getByLabel('Name', { exact: true }).fill('made-by-form')
    // The only zone, size, image and network there are have been chosen already.
    await dialog.getByText('net1').waitFor()
    await picture('create-vm')
    await dialog.getByRole('button', { name: 'Create VM' }).click()
    await stateOf(page, 'running').waitFor()
    await picture('detail')

    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await dialog.getByRole('button', { name: 'Stop', exact: true }).click()
    await stateOf(page, 'stopped').waitFor()
    const stop = page.getByRole('button', { name: 'Stop', exact: true })
    expect(await stop.isDisabled()).toBe(true)
    expect(await stop.getAttribute('aria-description')).toBe('Stop needs the state running; it is stopped now.')

    await page.locator('.pane').getByRole('button', { name: 'Start', exact: true }).click()
    await stateOf(page, 'running').waitFor()
    await page.getByRole('tab', { name: 'Tasks' }).click()
    await page.getByRole('link', { name: 'Start VM made-by-form' }).waitFor()
    await picture('tasks')

    await page.locator('.pane').getByRole('button', { name: 'Delete' }).click()
    const confirm = dialog.getByRole('button', { name: 'Delete' })
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('made-by-form')
    await picture('delete')
    await confirm.click()
    await stateOf(page, 'recycled').waitFor()

    const row = page.getByRole('row', { name: /made-by-form/ })
    await row.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Recycle bin' }).click()
    await row.waitFor()
    await row.getByText('made-by-form').click()
    await page.locator('.pane').getByRole('button', { name: 'Undelete' }).click()
    await stateOf(page, 'stopped').waitFor()
    await row.waitFor({ state: 'detached' })
    await env.ok('ada', 'DELETE', `/v1/vms/${page.url().match(/[0-9a-f-]{36}/)?.[0]}`)
    await row.waitFor()
    await picture('recycle-bin')
    await page.locator('.pane').getByRole('button', { name: 'Expunge' }).click()
    await dialog.getByRole('textbox').fill('made-by-form')
    await dialog.getByRole('button', { name: 'Expunge' }).click()
    await page.getByText('It does not exist any more.').waitFor()
  })

  test('[ui.console] a refusal lands at its field and says what to do', async () => {
    const { page, dialog, picture } = await visitAs('ada')
    await page.goto('/vms?form=create')
    await dialog.getByLabel('Name', { exact: true }).fill('misplaced')
    await dialog.getByText('net1').waitFor()
    await dialog.getByLabel('Address').fill('192.168.7.7')
    await dialog.getByRole('button', { name: 'Create VM' }).click()
    const item = dialog.locator('.ant-form-item', { has: page.locator('#networks_0_address') }).last()
    await item.getByText('Address is not an address that the network "net1" gives to guests').waitFor()
    await item.getByText('Choose one within its ranges, or leave it out.').waitFor()
    await picture('problem')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await env.items('ada', '/v1/vms')).toEqual([])
  })

  test('[ui.console] work that fails says why and what to do, at once and afterwards', async () => {
    const made = await env.createVm({ name: 'unlucky' })
    const id = String(made.body.resource)
    await env.ok('ada', 'POST', `/v1/vms/${id}/stop`)
    const { page, picture } = await visitAs('ada')
    await page.goto(`/vms/${id}`)
    for (const host of env.hosts)
      host.faults.failNext('start', {
        message: 'The guest did not come up.',
        remedy: 'Start it again.',
      })
    await page.locator('.pane').getByRole('button', { name: 'Start', exact: true }).click()
    await page.getByText('Start VM unlucky failed').waitFor()
    await page.getByRole('alert').getByText('The guest did not come up.').waitFor()
    await page.getByRole('button', { name: 'Tasks' }).click()
    await page.getByRole('tooltip').getByText('The guest did not come up.').waitFor()
    await picture('failed')
    for (const host of env.hosts) host.faults.clear()
    await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
  })

  test('[ui.console] somebody new is led from an empty list to a running VM', async () => {
    const { page, dialog, picture } = await visitAs('bob')
    await page.getByRole('heading', { name: 'No VMs yet' }).waitFor()
    await page.getByRole('button', { name: 'Create network' }).waitFor()
    await picture('first-run')
    await page.getByRole('button', { name: 'Create network' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill('home')
    await dialog.getByLabel('CIDR').fill('10.9.0.0/24')
    await dialog.getByRole('button', { name: 'Create network' }).click()
    const create = page.locator('.empty').getByRole('button', { name: 'Create VM' })
    await create.click()
    await dialog.getByLabel('Name', { exact: true }).fill('my first')
    await dialog.getByText('10.9.0.0/24').waitFor()
    await dialog.getByRole('button', { name: 'Create VM' }).click()
    await stateOf(page, 'running').waitFor()
  })

  test('[ui.console] an image is uploaded from this computer', async () => {
    const { page, dialog } = await visitAs('ada')
    const file = join(directory, 'my-image.qcow2')
    await writeFile(file, qcow2Fixture().bytes)
    await page.goto('/images?form=create')
    await dialog.getByText('From this computer').click()
    await dialog.locator('input[type=file]').setInputFiles(file)
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('my-image')
    await dialog.getByRole('button', { name: 'Create image' }).click()
    await stateOf(page, 'ready').waitFor()
  })

  test('[ui.console] [core.tags] a tag is put on a network, seen in its colour in the list, and taken off', async () => {
    await env.ok('ada', 'POST', '/v1/tags', { name: 'production', colour: 'red' })
    const { page, picture } = await visitAs('ada')
    await page.goto(`/networks/${env.furniture.network}`)
    await page.locator('.pane').getByRole('combobox', { name: 'Add a tag' }).click()
    await page.locator('.ant-select-item').getByText('production').click()
    const row = page.getByRole('row', { name: /net1/ })
    await row.locator('.ant-tag-red', { hasText: 'production' }).waitFor()
    await picture('tags')
    await page.locator('.pane').getByLabel('Take production off').click()
    await row.getByText('production').waitFor({ state: 'detached' })
  })

  test('[ui.console] [core.settings] a setting has a control of its type, and is reset by one click', async () => {
    const { page, dialog, login, picture } = await visit()
    await login('admin', env.passwords.operator)
    await page.goto('/settings')
    await page.getByRole('link', { name: 'retention.eventDays' }).click()
    await page.locator('.pane').getByRole('button', { name: 'Set', exact: true }).click()
    const value = dialog.getByRole('spinbutton')
    expect(await value.inputValue()).toBe('30')
    await value.fill('400')
    await dialog.getByRole('button', { name: 'Set', exact: true }).click()
    await dialog.getByText('retention.eventDays takes 1 to 365 d').waitFor()
    await picture('setting')
    await value.fill('60')
    await dialog.getByRole('button', { name: 'Set', exact: true }).click()
    await page
      .getByRole('row', { name: /retention.eventDays/ })
      .getByText('60 d')
      .waitFor()
    await page.locator('.pane').getByRole('button', { name: 'Reset' }).click()
    await page
      .getByRole('row', { name: /retention.eventDays/ })
      .getByText('60 d')
      .waitFor({ state: 'detached' })
    await picture('settings')
  })

  test('[ui.console] pages, actions and resources are found by the keyboard alone', async () => {
    const { page, dialog, picture } = await visitAs('ada')
    await page.getByRole('heading', { name: 'VMs', exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or jump to' }).fill('net1')
    await page.getByRole('option', { name: /net1/ }).waitFor()
    await picture('palette')
    await page.keyboard.press('Enter')
    await page.locator('.pane').getByRole('heading', { name: 'net1' }).waitFor()
    await dialog.waitFor({ state: 'hidden' })
    await page.keyboard.press('Escape')
    await page.locator('.pane').waitFor({ state: 'detached' })
    await page.keyboard.press('/')
    await page.keyboard.type('nothing of this name')
    await page.getByText('Nothing matches the filter.').waitFor()
    expect(page.url()).toContain('q=nothing')
  })

  test('[vm.console] screen and serial console open in tabs of their own and are joined to the guest', async () => {
    const answer = await env.createVm({ name: 'talkative' })
    const { page, context } = await visitAs('ada')
    await page.goto(`/vms/${answer.body.resource}`)
    const open = async (name: string): Promise<Page> => {
      const [tab] = await Promise.all([context.waitForEvent('page'), page.getByRole('button', { name }).click()])
      await tab.getByText('Connected', { exact: true }).waitFor()
      return tab
    }
    const serial = await open('Serial console')
    expect(new URL(serial.url()).pathname).toBe(`/vms/${answer.body.resource}/console/serial`)
    await serial.locator('.xterm-rows').getByText('login:').waitFor()
    await serial.keyboard.type('typed here')
    await serial.locator('.xterm-rows').getByText('typed here').waitFor()
    await serial.screenshot({ path: join(browser.pictures, 'serial.png') })
    await serial.getByRole('button', { name: 'Reconnect' }).click()
    await serial.getByText('Connected', { exact: true }).waitFor()
    const screen = await open('Screen')
    await screen.locator('canvas').waitFor()
    await screen.getByRole('button', { name: 'Ctrl-Alt-Del' }).click()
    await screen.screenshot({ path: join(browser.pictures, 'screen.png') })
    await page.getByRole('tab', { name: 'Console log' }).click()
    await page.locator('.log').getByText('talkative login:').waitFor()
  })
})
