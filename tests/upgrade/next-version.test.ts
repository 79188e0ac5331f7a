/**
 * The versions after this one: made up by following the guide, word for word, in a copy of the tree; then run as real programs beside
 * this one, on a database that the latest frozen version left.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildNodeProgram } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../../apps/control-plane/src/migrations.ts'
import { guideSteps, type Step } from '../../tools/guide/steps.ts'
import { copyTree, type TreeCopy } from '../../tools/guide/tree-copy.ts'
import { GENERATED } from '../../tools/migrations/line.ts'
import { shapeOf } from '../../tools/migrations/shape.ts'
import { ROOT } from '../../tools/tree.ts'
import { databaseOf, keptOf, platform, type TestDatabase, upgrade, versions } from './support/frozen.ts'
import { type VersionNode, versionNode } from './support/processes.ts'

const MINUTES = 60_000

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
const [major = 0, minor = 0] = version.split('.').map(Number)
const [NEXT, AFTER] = [`${major}.${minor + 1}.0`, `${major}.${minor + 2}.0`]
const EXPAND = `${String(migrations.length + 1).padStart(4, '0')}-expand`

/** The guide speaks of the second version and of the second migration, which in time are others. */
const guide = readFileSync(join(ROOT, 'docs/how-to/change-a-definition.md'), 'utf8')
const steps = guideSteps(guide.replaceAll('0.2.0', NEXT).replaceAll('0002-expand', EXPAND))
const isRun = (step: Step, part: string): boolean => step.do === 'run' && step.command.includes(part)
/** Everything up to the commit of the next version; what comes after freezes it, and begins the one after. */
const commit = steps.findIndex((step) => isRun(step, 'git add'))
const [changing, freezing] = [steps.slice(0, commit), steps.slice(commit)]

let directory: string
let tree: TreeCopy
let left: TestDatabase
const nodes: VersionNode[] = []

const run = (command: string): Promise<void> => tree.perform({ do: 'run', command })
const program = (name: string, of: string): Promise<string> => buildNodeProgram(join(directory, 'programs', name), of)

async function node(name: string, of: string, beside?: VersionNode): Promise<VersionNode> {
  const made = await versionNode(name, of, { directory, databaseUrl: left.url, beside })
  nodes.push(made)
  return made
}

let old: VersionNode
let next: VersionNode
let nextProgram: string

/** Every list, on as many connections as there are: what was prepared before the tables changed is used again. */
async function readAll({ call }: VersionNode): Promise<void> {
  const { body } = await call('operator', 'GET', '/v1/kinds')
  const paths = (body.items as { path: string }[]).map(({ path }) => path)
  expect(paths.length).toBeGreaterThan(20)
  const answers = await Promise.all([...paths, ...paths].map((path) => call('operator', 'GET', path)))
  const failed = answers.filter(({ status }) => status !== 200)
  expect(failed.map(({ body }) => body)).toEqual([])
}

async function zoneOf({ call }: VersionNode): Promise<unknown> {
  const { body } = await call('operator', 'GET', '/v1/zones')
  return (body.items as { id: string }[])[0]?.id
}

/** As in a release: what this tree has derived since the last one is not derived anew together with the changes of the guide. */
async function keepDerived(): Promise<void> {
  for (const { name } of migrations) {
    const file = join(tree.directory, `apps/control-plane/migrations/${name}.ts`)
    const text = readFileSync(file, 'utf8')
    const isFrozen = versions.some((one) => keptOf(platform, one)?.migrations.includes(name))
    if (!isFrozen && text.startsWith(GENERATED)) await writeFile(file, text.slice(text.indexOf('\n') + 1))
  }
}

/** Makes a network on one node. Answers with its id. */
async function makeNetwork(on: VersionNode, name: string, more: object): Promise<string> {
  const { body } = await on.call('ada', 'POST', '/v1/networks', {
    name,
    zone: await zoneOf(on),
    cidr: '10.7.0.0/24',
    ...more,
  })
  expect(body).toMatchObject({ state: 'succeeded' })
  return String(body.resource)
}

const networkOf = async ({ call }: VersionNode, id: string) => (await call('ada', 'GET', `/v1/networks/${id}`)).body

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'next-version-'))
  tree = await copyTree()
  left = await databaseOf(versions.at(-1) ?? '')
  await upgrade(left.database)
  await run('git init --quiet && git config user.name test && git config user.email test@example.invalid')
  await keepDerived()
  for (const step of changing) if (!isRun(step, 'vitest')) await tree.perform(step)
  old = await node('old', await program('old', ROOT))
  await old.process.start()
}, 5 * MINUTES)

afterAll(async () => {
  for (const { process } of nodes) await process.kill()
  await left?.close()
  await tree?.remove()
  await rm(directory, { recursive: true, force: true })
})

test(
  '[ops.upgrade] a migration that fails in its middle changes nothing: the node says why and what to do, and the version before goes on',
  async () => {
    const path = `apps/control-plane/migrations/${EXPAND}.ts`
    const before = 'create trigger network_name_servers'
    await tree.perform({ do: 'edit', path, before, after: `select 1 / 0;\n${before}` })
    const broken = await node('broken', await program('broken', tree.directory), old)
    await tree.perform({ do: 'edit', path, before: `select 1 / 0;\n${before}`, after: before })
    const shape = await shapeOf(left.database)
    await readAll(old)
    await expect(broken.process.start()).rejects.toThrow(
      `the migration ${EXPAND} failed: division by zero. The database is as it was before: nodes of the version before go on`,
    )
    expect(await shapeOf(left.database)).toEqual(shape)
    await makeNetwork(old, 'while it was broken', {})
  },
  2 * MINUTES,
)

test(
  '[core.mn-ha] [ops.upgrade] mended, two nodes that start at once migrate once, beside one of the version before',
  async () => {
    nextProgram = await program('next', tree.directory)
    next = await node('next', nextProgram, old)
    const other = await node('other', nextProgram, old)
    await Promise.all([next.process.start(), other.process.start()])
    const logs = [next, other].map(({ process }) => process.log())
    expect(logs.filter((log) => log.includes('"applied migrations"'))).toHaveLength(1)
    const applied = await left.database.query('select name from migration where name = $1', [EXPAND])
    expect(applied).toHaveLength(1)
    await other.process.kill()
  },
  2 * MINUTES,
)

test(
  '[core.mn-ha] [ops.upgrade] nodes of both versions read and write the same resources, also a field that was renamed',
  async () => {
    // The way back: it is started again on what the next has added.
    await old.process.kill()
    await old.process.start()
    await readAll(next)
    const byOld = await makeNetwork(old, 'by the old', { dnsServers: ['192.0.2.1'] })
    expect(await networkOf(next, byOld)).toMatchObject({ nameServers: ['192.0.2.1'], searchDomain: null })
    const byNext = await makeNetwork(next, 'by the next', { nameServers: ['192.0.2.2'], searchDomain: 'example.net' })
    expect(await networkOf(old, byNext)).toMatchObject({ dnsServers: ['192.0.2.2'] })
    expect((await old.call('ada', 'PATCH', `/v1/networks/${byNext}`, { name: 'renamed by the old' })).status).toBe(200)
    expect(await networkOf(next, byNext)).toMatchObject({
      name: 'renamed by the old',
      nameServers: ['192.0.2.2'],
      searchDomain: 'example.net',
    })
    expect((await old.call('ada', 'DELETE', `/v1/networks/${byNext}`)).body).toMatchObject({ state: 'succeeded' })
  },
  2 * MINUTES,
)

test(
  '[core.mn-ha] [ops.upgrade] what the version after takes away waits for the last node that needs it, by name; then there is no way back',
  async () => {
    for (const step of freezing) if (!isRun(step, 'vitest')) await tree.perform(step)
    await run(`npm pkg set version=${AFTER} --workspaces --include-workspace-root`)
    const later = await node('later', await program('later', tree.directory), old)
    await expect(later.process.start()).rejects.toThrow('takes away what other nodes still need: upgrade or stop old')
    await readAll(old)
    await old.process.kill()
    await left.database.query(`update node set lease_expires_at = clock_timestamp() where name = 'old'`)
    await later.process.start()
    const columns = Object.keys((await shapeOf(left.database)).tables.network?.columns ?? {})
    expect(columns).toContain('name_servers')
    expect(columns).not.toContain('dns_servers')
    // The version between needs nothing of that: it goes on, and can be started again.
    await readAll(next)
    await next.process.kill()
    await next.process.start()
    await makeNetwork(next, 'after the contraction', { nameServers: ['192.0.2.3'] })
    await expect(old.process.start()).rejects.toThrow('which took away what this build needs; run the newer build')
  },
  4 * MINUTES,
)

test(
  '[core.resource] [ops.upgrade] what was derived brings every frozen version to what a new installation of the version after has',
  () => run('npx vitest run --maxWorkers=1 tests/upgrade/upgrade.test.ts'),
  5 * MINUTES,
)
