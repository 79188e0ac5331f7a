/** Follows the guide to a new kind, word for word, in a copy of the tree. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { filesBelow, ROOT } from '../tree.ts'
import { guideSteps } from './steps.ts'
import { copyTree, type TreeCopy } from './tree-copy.ts'

const MINUTES = 60_000

let tree: TreeCopy
beforeAll(async () => {
  tree = await copyTree()
})
afterAll(() => tree.remove())

const read = (path: string): string => readFileSync(join(tree.directory, path), 'utf8')

/** Everything that makes tables, derived or frozen. */
const migrations = (): string =>
  filesBelow(tree.directory, 'apps/control-plane/migrations')
    .map((path) => read(path))
    .join('\n')

const newResource = (...words: string[]) =>
  tree.run('node', ['--import', 'tsx', 'tools/new-resource/index.ts', ...words])

test('[core.resource] a slice of any type of field is written, and one in every module', {
  timeout: 2 * MINUTES,
}, async () => {
  const words = 'a:text:immutable b:integer:indexed c:bytes d:boolean e:ref=network f:choice=red,blue g:list=text'
  const more =
    'h:timestamp:optional i:cidr j:mac k:url l:path m:json n:ipv4 o:uuid:unique p:text:secret q:ref=vm:optional'
  const fields = `${words} ${more}`.split(' ')
  const made = await newResource('compute', 'probe', ...fields, '--locality', 'zone')
  expect(made).toMatchObject({ code: 0 })
  for (const module of ['identity', 'image', 'infrastructure', 'network', 'notification', 'storage']) {
    const { code, output } = await newResource(module, `${module}Probe`, 'a', '--ownership', 'platform')
    expect([code, output]).toEqual([0, expect.stringContaining(`wrote modules/${module}/module.ts`)])
  }
})

test(
  '[core.resource] every step of the guide works, and all that is derived has the new kind',
  async () => {
    const steps = guideSteps(readFileSync(join(ROOT, 'docs/how-to/add-a-resource.md'), 'utf8'))
    // The guide goes on to say what it says: a definition, behaviour, a test, an override, and the commands.
    expect(steps.filter((step) => step.do === 'write')).toHaveLength(4)
    expect(steps.filter((step) => step.do === 'run').length).toBeGreaterThanOrEqual(5)
    for (const step of steps) await tree.perform(step)
    expect(migrations()).toContain('create table "ssh_key"')
    expect(read('docs/openapi.json')).toContain('"/v1/ssh-keys/{id}/disable"')
    expect(read('docs/permissions.md')).toContain('`sshKey.disable`')
    expect(read('packages/sdk/src/generated.ts')).toContain('sshKeys: {')
    expect(read('packages/sdk-python/basalt_cloud/_generated.py')).toContain('class SshKey(')
    // What the override says counts.
    expect(migrations()).toMatch(/\("?account"?, md5\("?public_key"?\)\)/)
  },
  10 * MINUTES,
)

test(
  '[core.resource] what was written passes the tests that were written with it',
  () =>
    tree.perform({
      do: 'run',
      command: 'npx vitest run --maxWorkers=1 modules/compute/probe modules/network/network-probe',
    }),
  5 * MINUTES,
)

test.each([
  [['identity', 'SshKey'], 'Write it in camelCase'],
  [['identiy', 'sshCert'], 'Modules: compute, identity'],
  [['identity', 'vm'], 'there is a kind vm at /v1/vms already'],
  [['identity', 'sshCert', 'key:string'], 'key: there is no type "string". Types: text'],
  [['identity', 'sshCert', 'name'], 'name: every kind has it'],
  [['identity', 'sshCert', 'key:text:shiny'], 'key: there is no flag "shiny". Flags: optional'],
  [['identity', 'sshCert', 'vm:ref=vm'], 'Make it optional for now'],
  [['identity', 'sshCert', '--locality', 'rack'], '--locality is global or zone'],
])('[core.resource] new-resource %s is refused with a remedy, and nothing is written', async (words, remedy) => {
  const before = read('modules/identity/module.ts')
  const { code, output } = await newResource(...words)
  expect([code, output]).toEqual([2, expect.stringContaining(remedy)])
  expect(read('modules/identity/module.ts')).toBe(before)
})
