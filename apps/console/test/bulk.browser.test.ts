import { readFile } from 'node:fs/promises'
import type { CloudEnvironment } from '@basalt/testkit'
import { describe, expect, test } from 'vitest'
import { hasBrowser } from './browser.fixture.ts'
import { consoleCloud } from './console-cloud.fixture.ts'

describe.skipIf(!hasBrowser)('many at once in a browser (needs Chromium)', () => {
  let env: CloudEnvironment
  const { visitAs } = consoleCloud({ hosts: 1 }, (made) => {
    env = made.env
  })

  test('[core.bulk] [ui.console] rows are selected, something is done with all of them, and each has a result', async () => {
    for (const name of ['group-1', 'group-2', 'group-3']) await env.ok('ada', 'POST', '/v1/groups', { name })
    const { page, dialog, picture } = await visitAs('ada')
    await page.goto('/groups')
    const bar = page.getByRole('toolbar', { name: 'Selected rows' })
    for (const name of ['group-1', 'group-2']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await bar.getByText('2 selected').waitFor()
    await bar.getByRole('button', { name: 'Edit' }).click()
    await dialog.getByLabel('Description').fill('changed together')
    await dialog.getByRole('button', { name: 'Edit' }).click()
    await dialog.getByText('2 of 2 accepted.').waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    await bar.waitFor({ state: 'detached' })
    expect((await env.items('ada', "/v1/groups?q=description = 'changed together'")).length).toBe(2)

    await page.getByRole('checkbox', { name: 'Select all rows' }).check()
    await bar.getByText('3 selected').waitFor()
    await picture('bulk-selected')
    // One of them is gone by the time that all are asked for.
    const [third] = await env.items('ada', '/v1/groups?name=group-3')
    await bar.getByRole('button', { name: 'Delete' }).click()
    const confirm = dialog.getByRole('button', { name: 'Delete' })
    expect(await confirm.isDisabled()).toBe(true)
    await env.ok('ada', 'DELETE', `/v1/groups/${third?.id}`)
    await dialog.getByLabel('Type 3 to confirm.').fill('3')
    await confirm.click()
    await dialog.getByText('2 of 3 accepted.').waitFor()
    await dialog.getByText('There is no group with the id', { exact: false }).waitFor()
    await picture('bulk-results')
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.getByText('No groups yet').waitFor()
  })

  test('[core.bulk] [ui.console] what cannot be done with all of them is disabled and says for which, and why', async () => {
    for (const name of ['runs', 'rests']) await env.createVm({ name })
    const [rests] = await env.items('ada', '/v1/vms?name=rests')
    await env.ok('ada', 'POST', `/v1/vms/${rests?.id}/stop`, { timeoutMs: 5_000 })
    const { page, dialog, picture } = await visitAs('ada')
    await page.goto('/vms')
    await page.getByRole('checkbox', { name: 'Select runs' }).check()
    const bar = page.getByRole('toolbar', { name: 'Selected rows' })
    const stop = bar.getByRole('button', { name: 'Stop', exact: true })
    expect(await stop.isEnabled()).toBe(true)
    await page.getByRole('checkbox', { name: 'Select rests' }).check()
    expect(await stop.isDisabled()).toBe(true)
    expect(await stop.getAttribute('aria-description')).toBe('rests: Stop needs the state running; it is stopped now.')
    await picture('bulk-refused')
    await page.getByRole('checkbox', { name: 'Select runs' }).uncheck()
    await bar.getByRole('button', { name: 'Start', exact: true }).click()
    await dialog.getByRole('button', { name: 'Start', exact: true }).click()
    await dialog.getByText('1 of 1 accepted.').waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    await page.getByRole('row', { name: /rests/ }).locator('[data-state=running]').waitFor()
  })

  test('[core.csv] [ui.console] a list is saved as CSV; a file is checked, and imported with a result for each line', async () => {
    for (const [name, description] of [
      ['csv-1', '=1+1'],
      ['csv-2', ''],
    ])
      await env.ok('bob', 'POST', '/v1/groups', { name, description })
    const { page, dialog, picture } = await visitAs('bob')
    await page.goto('/groups')
    await page.getByLabel('Filter by name').fill('csv-1')
    await page.getByRole('button', { name: 'CSV', exact: true }).click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Export CSV').click()])
    expect(download.suggestedFilename()).toBe('groups.csv')
    const saved = await readFile(await download.path(), 'utf8')
    expect(saved).toContain("csv-1,'=1+1")
    expect(saved).not.toContain('csv-2')

    await page.getByLabel('Filter by name').fill('')
    await page.getByRole('button', { name: 'CSV', exact: true }).click()
    await page.getByText('Import CSV…').click()
    const choose = (text: string) =>
      dialog
        .locator('input[type=file]')
        .setInputFiles({ name: 'g.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await choose('nmae\nx\n')
    await dialog.getByText('Did you mean name?', { exact: false }).waitFor()
    await choose('name,description,id\nfrom-file-1,one,\n,two,\nfrom-file-3,three,\n')
    await dialog.getByText('2 of 3 lines can be imported.', { exact: false }).waitFor()
    await dialog.getByText('name is missing', { exact: false }).waitFor()
    await picture('csv-checked')
    expect(await env.items('bob', "/v1/groups?q=name ~ 'from-file'")).toEqual([])
    await dialog.getByRole('button', { name: 'Import 2' }).click()
    await dialog.getByText('2 of 3 lines imported.', { exact: false }).waitFor()
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
    for (const name of ['from-file-1', 'from-file-3']) await page.getByRole('link', { name }).waitFor()
  })
})
