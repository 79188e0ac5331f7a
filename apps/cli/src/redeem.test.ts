import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandLine, commandLine } from './cli.testkit.ts'

const PARTS = ['sysadmin', 'secadmin', 'secauditor'] as const

let cli: CommandLine
/** Options that tell where the cloud is. */
let where: string[]

beforeAll(async () => {
  cli = await commandLine({ furnished: false })
  const { env, directory } = cli
  where = ['--url', env.controlPlane().apiUrl, '--ca-file', join(directory, 'ca.pem')]
  const { account } = (await env.call('operator', 'GET', '/v1/me')).body
  const [role] = await env.items('operator', '/v1/roles?key=accountAdmin')
  const holders: Record<string, unknown> = {}
  for (const part of PARTS) {
    const user = { name: part, username: part, password: 'a-good-password', inAccount: account, role: role?.id }
    holders[part] = (await env.ok('operator', 'POST', '/v1/users', user)).id
  }
  const [separation] = await env.items('operator', '/v1/separations')
  await env.ok('operator', 'POST', `/v1/separations/${separation?.id}/enable`, holders)
  for (const part of PARTS) {
    const login = await cli.run(part, ['login', ...where, '--username', part], {
      env: { BASALT_PASSWORD: 'a-good-password' },
    })
    expect(login.code, login.err).toBe(0)
  }
})
afterAll(() => cli.close())

/** A code, which the command says is shown only now. */
async function shownOnce(who: string, ...words: string[]): Promise<{ id: string; code: string }> {
  const { code, out, err } = await cli.run(who, words)
  expect(code, err).toBe(0)
  expect(err).toMatch(/^Keep the (second )?code: nobody is shown it again\.$/m)
  const field = (name: string): string => new RegExp(`^${name}\\s+(\\S+)$`, 'im').exec(out)?.[1] ?? ''
  return { id: field('id'), code: field('(?:second ?)?code') }
}

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(cli.directory, name)
  await writeFile(path, `${text}\n`, { mode: 0o600 })
  return path
}

test('[iam.separation] [api.cli] two parts are shown a code each, and who has both sets a password and logs in', async () => {
  const { username, id: user } = (await cli.env.items('ada', '/v1/users?username=ada'))[0] as Record<string, string>
  const first = await shownOnce('secadmin', 'invitation', 'create', '--user', user ?? '')
  const second = await shownOnce('secauditor', 'invitation', 'approve', first.id, '--yes')
  const shown = await cli.ok('secauditor', 'invitation', 'get', first.id, '-o', 'json')
  for (const { code } of [first, second]) expect([code.length, shown.includes(code)]).toEqual([20, false])
  const files = [
    ...['--code-file', await fileOf('first', first.code)],
    ...['--password-file', await fileOf('password', 'her-own-password')],
  ]
  const redeem = (secondCode: string) =>
    cli.run('anew', ['redeem', ...where, '--username', username ?? '', ...files, '--second-code-file', secondCode])
  const wrong = await redeem(await fileOf('wrong', first.code))
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('WRONG_CREDENTIALS') })
  const { code, err } = await redeem(await fileOf('second', second.code))
  expect(code, err).toBe(0)
  expect(err).toContain('basalt login')
  const login = await cli.run('anew', ['login', ...where, '--username', 'ada'], {
    env: { BASALT_PASSWORD: 'her-own-password' },
  })
  expect(login.code, login.err).toBe(0)
  expect(await cli.ok('anew', 'whoami')).toMatch(/^user\s+ada/)
})

test('[api.cli] redeeming says where and with what when it cannot ask', async () => {
  expect(await cli.run('nobody', ['redeem'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Where is the cloud'),
  })
  const blind = await cli.run('nobody', ['redeem', ...where, '--username', 'ada'])
  expect(blind).toMatchObject({ code: 2, err: expect.stringContaining('First code') })
})
