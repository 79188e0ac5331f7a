/** Several clouds and users on one command line, and what it says when a cloud cannot be reached. */

import { once } from 'node:events'
import { createServer as createPlain } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@basalt/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CommandLine, commandLine } from './cli.testkit.ts'

let cli: CommandLine

beforeAll(async () => {
  cli = await commandLine()
})
afterAll(() => cli?.close())

test('[api.cli] two users of a cloud are two profiles; a login keeps to its own', async () => {
  await cli.login('ada', 'ada', 'both')
  await cli.login('operator', 'admin', 'both', ['--profile', 'admin'])
  const whoami = (...words: string[]): Promise<string> => cli.ok('both', 'whoami', ...words)
  expect(await whoami()).toMatch(/^user\s+ada/)
  expect(await whoami('--profile', 'admin')).toMatch(/^user\s+admin/)
  const named = await cli.run('both', ['whoami'], { env: { BASALT_PROFILE: 'admin' } })
  expect(named.out).toMatch(/^user\s+admin/)
  await cli.ok('both', 'profile', 'use', 'admin')
  expect(await whoami()).toMatch(/^user\s+admin/)
  const list = JSON.parse(await cli.ok('both', 'profile', 'list', '-o', 'json'))
  expect(list).toMatchObject([
    { name: 'default', username: 'ada', current: false, access: 'session' },
    { name: 'admin', username: 'admin', current: true },
  ])
  expect(JSON.stringify(list)).not.toMatch(/token|secret/)
  await cli.ok('both', 'logout', '--profile', 'default')
  expect(await whoami()).toMatch(/^user\s+admin/)
  await cli.ok('both', 'profile', 'remove', 'default')
  expect(await cli.run('both', ['whoami', '--profile', 'default'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no profile "default". (NOT_FOUND)\nThere is: admin.'),
  })
})

test('[api.cli] a profile is made before its login, and says how one likes things', async () => {
  const { apiUrl } = cli.env.controlPlane()
  const where = ['--url', apiUrl, '--ca-file', join(cli.directory, 'ca.pem')]
  await cli.ok('tidy', 'profile', 'add', 'lab', ...where, '--username', 'ada', '--output', 'json', '--zone', 'zone1')
  const asked = await cli.run('tidy', ['vm', 'list', '--profile', 'lab'])
  expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('basalt login --profile lab') })
  const env = { BASALT_PASSWORD: cli.env.passwords.ada }
  expect((await cli.run('tidy', ['login', '--profile', 'lab'], { env })).code).toBe(0)
  expect(JSON.parse(await cli.ok('tidy', 'network', 'list'))).toMatchObject([{ name: 'net1' }])
  expect(await cli.ok('tidy', 'network', 'list', '-o', 'table')).toMatch(/^NAME/)
  await cli.ok('tidy', 'profile', 'set', 'lab', '--output', '')
  expect(await cli.ok('tidy', 'network', 'list')).toMatch(/^NAME/)
  expect(await cli.ok('tidy', 'profile', 'show')).toMatch(/^name\s+lab\nurl\s+https:[\s\S]*zone\s+zone1/)
  const twice = await cli.run('tidy', ['profile', 'add', 'lab', '--url', apiUrl])
  expect(twice).toMatchObject({ code: 2, err: expect.stringContaining('There is a profile "lab" already.') })
})

test('[api.cli] [ui.https] a cloud that cannot be reached: which address, why, and what to do', async () => {
  const at = async (url: string) =>
    cli.run('nobody', ['network', 'list'], { env: { BASALT_URL: url, BASALT_TOKEN: 'x' } })
  const port = await freePort()
  expect(await at(`https://127.0.0.1:${port}`)).toMatchObject({
    code: 4,
    err: expect.stringMatching(`127.0.0.1:${port}: nothing listens on that port.*CONNECTION_FAILED.\n.*runs there`),
  })
  const untrusted = await at(cli.env.controlPlane().apiUrl)
  expect(untrusted).toMatchObject({ code: 4, err: expect.stringContaining('SHA-256 fingerprint') })
  expect(untrusted.err).toMatch(/basalt login --profile default --url https:\S+ --fingerprint [0-9a-f]{64}/)
  const plain = createPlain((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  onTestFinished(() => void plain.close())
  const { port: plainPort } = plain.address() as AddressInfo
  expect(await at(`https://127.0.0.1:${plainPort}`)).toMatchObject({
    code: 4,
    err: expect.stringContaining('does not speak TLS'),
  })
  expect(await at(`http://127.0.0.1:${plainPort}`)).toMatchObject({
    code: 4,
    err: expect.stringContaining('NOT_THE_API'),
  })
})

test('[api.cli] a mistake says what was probably meant, and where help is', async () => {
  const said = async (...words: string[]): Promise<string> => {
    const { code, err } = await cli.run('ada', words)
    expect(code).toBe(2)
    return err
  }
  expect(await said('vn', 'list')).toBe('Error: Unknown command "vn".\nDid you mean vm?\nSee: basalt --help\n')
  expect(await said('get', 'vm', 'web')).toContain('Did you mean: basalt vm get web')
  expect(await said('vm', 'list', '--filterr', 'x')).toContain('Did you mean --filter?\nSee: basalt vm list --help')
  expect(await said('vm', 'list', '-o', 'xml')).toContain('Allowed choices are table, wide, json')
  expect(await said('explain', 'vmm')).toContain('There is no kind "vmm". (NOT_FOUND)\nDid you mean: vm?')
  expect(await said('explain', 'vm.memry')).toContain('A VM has no field "memry"')
})

test('[api.cli] [core.query] a query that is not understood is shown with a mark under the place', async () => {
  const { err, code } = await cli.run('ada', ['vm', 'list', '-q', 'name = web and stat = running'])
  expect(code).toBe(1)
  expect(err).toMatch(/^Error: --query: at character 16: .*\n {4}name = web and stat = running\n {19}\^\nWrite "state"/)
})

test('[api.cli] fields, states, limits and permissions are explained from the definitions', async () => {
  const explain = (...words: string[]): Promise<string> => cli.ok('ada', 'explain', ...words)
  const vm = await explain('vm')
  expect(vm).toMatch(/nics\s+→ nic\s+any number\s+they are deleted together with it/)
  expect(vm).toMatch(/stopped\s+start → running/)
  expect(vm).toMatch(/power-off\s+task, danger\s+vm\.power/)
  expect(await explain('vm', 'create')).toMatch(
    /--root-size\s+bytes\s+at most [\s\S]*Example: basalt vm create NAME --offering OFFERING --image IMAGE --network NETWORK --wait$/,
  )
  expect(await explain('vm.memoryBytes')).toMatch(
    /set by\s+the platform\n[\s\S]*basalt vm list -q "memoryBytes >= 10GiB"/,
  )
  expect(await explain('volume.vm')).toContain('it is deleted together with the vm')
  expect(await explain('vm', 'image.name')).toMatch(/^image\.name: /)
  expect(await cli.ok('ada', 'help', 'vm', 'create')).toMatch(
    /^Usage: basalt vm create[\s\S]*Example:\n {2}basalt vm create/,
  )
  expect(await cli.ok('ada', 'help', 'exit-codes')).toMatch(/4\s+the cloud does not answer/)
  expect((await cli.run('ada', ['help', 'vm', 'crate'])).err).toContain('Did you mean: create?')
})
