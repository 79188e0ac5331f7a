/** What becomes of plugins that will not do. */
import { fileURLToPath } from 'node:url'
import { createLiveSettings, createSealer, createStore, migrate, openDatabase } from '@basalt/kernel'
import { defineResource, f, tableDdl } from '@basalt/resource'
import { scratchDatabase } from '@basalt/testkit'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../config.ts'
import { allResources } from '../resources.ts'
import { createPlugins } from './create.ts'
import { pluginFolder, pluginSource } from './fixture.testkit.ts'
import { preparePlugins } from './index.ts'

const folder = pluginFolder()
let scratch: Awaited<ReturnType<typeof scratchDatabase>>
let database: ReturnType<typeof openDatabase>
beforeAll(async () => {
  scratch = await scratchDatabase()
  database = openDatabase(scratch.url)
  await database.script('create extension if not exists pg_trgm')
})
afterAll(async () => {
  await database.close()
  await scratch.drop()
  folder.remove()
})

const logged: unknown[] = []
const log = { info() {}, error: (_: string, facts?: object) => void logged.push(facts) }
const prepare = (...plugins: unknown[]) =>
  preparePlugins(parseConfig({ dataDir: '/nonexistent', plugins }), database, log)

const kindOf = (kind: string, more: object = {}) =>
  defineResource(kind, {
    doc: 'A thing.',
    ownership: 'platform',
    locality: 'global',
    audience: 'operator',
    fields: { colour: f.text() },
    actions: {},
    columns: ['name'],
    ...more,
  })
/** Members of a plugin with this kind, whose migrations make `made`. */
const bringing = (resource: ReturnType<typeof kindOf>, made = tableDdl(resource)): string =>
  `resources: [${JSON.stringify(resource)}], migrations: [{ name: '0001-initial', sql: ${JSON.stringify(made)} }]`

const cases: [title: string, source: string, fault: RegExp, remedy: RegExp][] = [
  ['exports nothing', `export const plugin = {}`, /exports no plugin by default/, /export default definePlugin/],
  ['says no contract', `export default { name: 'a' }`, /does not say which contract/, /contract: 1/],
  [
    'is of a later contract',
    `export default { contract: 2 }`,
    /for contract 2, and this control plane has contract 1/,
    /Upgrade the control plane/,
  ],
  ['is of an earlier contract', `export default { contract: 0 }`, /for contract 0/, /newer version of the plugin/],
  ['has no name', `export default { contract: 1, version: '1', create() {} }`, /has no name/, /hyphens/],
  [
    'has no create',
    `export default { contract: 1, name: 'a', version: '1' }`,
    /no function create/,
    /create\(context\)/,
  ],
  [
    'throws when it is loaded',
    `throw new Error('out of paper')`,
    /cannot be loaded: out of paper/,
    /absolute path|install/,
  ],
  ['does not parse', `export default {`, /cannot be loaded/, /absolute path|install/],
  [
    'has kinds without tables',
    pluginSource('bare', `resources: [${JSON.stringify(kindOf('gadget'))}]`),
    /kinds \(gadget\) and no migrations/,
    /npm run generate/,
  ],
  [
    'takes a kind of ours',
    pluginSource('thief', bringing(kindOf('vm'))),
    /brings the kind vm, and there is a kind vm/,
    /otherwise/,
  ],
  [
    'refers to nothing',
    pluginSource('lost', bringing(kindOf('gadget', { fields: { of: f.ref('unicorn') } }))),
    /gadget\.of to the kind unicorn/,
    /before it/,
  ],
  [
    'decides about rights',
    pluginSource('judge', bringing(kindOf('gadget', { authority: true }))),
    /decide about rights/,
    /Leave "authority"/,
  ],
  [
    'takes a driver of ours',
    pluginSource('driver', `networkDrivers: { ovn: {} }`),
    /the network driver "ovn"/,
    /otherwise/,
  ],
  [
    'makes other tables than it needs',
    pluginSource('behind', bringing(kindOf('widget'), 'create table widget (id uuid)')),
    /do not make .*widget\.colour/,
    /npm run generate/,
  ],
  [
    'has a migration that fails',
    pluginSource('broken', bringing(kindOf('sprocket'), 'create table sprocket (id uuid);\nselect 1/0')),
    /cannot migrate the database: the migration 0001-initial failed: division by zero/,
    /as it was before/,
  ],
]

test.each(cases)(
  '[core.plugins] a plugin that %s is refused by name, with the remedy',
  async (_, source, fault, remedy) => {
    const file = folder.write(`case-${cases.findIndex((each) => each[1] === source)}`, source)
    const error = await prepare(file).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name: 'PluginError', message: expect.stringMatching(fault) })
    expect((error as Error).message).toMatch(remedy)
    expect((error as Error).message).toMatch(/the plugin (\/\S+|[a-z]+) /)
  },
)

test('[core.plugins] a migration that failed left nothing behind', async () => {
  expect(await database.query(`select to_regclass('sprocket') as found`)).toEqual([{ found: null }])
  expect(await database.query(`select name from migration where name like 'broken/%'`)).toEqual([])
})

test('[core.plugins] a start names all that will not do at once, and one that is not installed with the way to install it', async () => {
  const one = folder.write('one', 'throw new Error("first")')
  const error = (await prepare(one, 'basalt-plugin-of-nobody').catch((thrown: Error) => thrown)) as Error
  expect(error.message).toContain('first')
  expect(error.message).toContain('the plugin basalt-plugin-of-nobody cannot be loaded: it is not installed')
  expect(error.message).toContain('npm install --prefix /nonexistent/plugins basalt-plugin-of-nobody')
})

test('[core.plugins] its configuration is checked against what it takes', async () => {
  const options = { port: f.integer({ minimum: 1 }) }
  const file = folder.write('lamp', pluginSource('lamp', `options: ${JSON.stringify(options)}`))
  for (const [given, fault] of [
    [{}, 'options.port is missing'],
    [{ port: 'x' }, 'options.port must be'],
    [{ port: 1, colour: 'red' }, 'options.colour is not a field of its options'],
  ] as const)
    await expect(prepare({ plugin: file, options: given })).rejects.toThrow(
      `the plugin lamp is configured wrongly: ${fault}`,
    )
  const { loaded } = await prepare({ plugin: file, options: { port: 7 } })
  expect(loaded).toMatchObject([{ options: { port: 7 } }])
})

test('[core.plugins] without an optional one the others go on, and it is told', async () => {
  const bad = folder.write('bad', 'throw new Error("no use")')
  const good = folder.write('good', pluginSource('good', bringing(kindOf('lantern'))))
  const { loaded, faults } = await prepare({ plugin: bad, optional: true }, good)
  expect(loaded.map(({ plugin }) => plugin.name)).toEqual(['good'])
  expect(logged).toContainEqual(expect.objectContaining({ plugin: bad }))
  expect(await faults.examiner.examine()).toMatchObject([
    { code: 'PLUGIN_LEFT_OUT', message: expect.stringContaining('no use') },
  ])
})

test('[core.plugins] migrations of a plugin are its own: run once, under its name, and no business of ours', async () => {
  const good = folder.write('good-again', pluginSource('good', bringing(kindOf('lantern'))))
  await prepare(good)
  expect(await database.query(`select name from migration where name like 'good/%'`)).toEqual([
    { name: 'good/0001-initial' },
  ])
  // A contract step of a plugin that is not there any more does not shut the platform out of its database.
  await database.query(`insert into migration (name, sha256, phase) values ('gone/0002-contract', '', 'contract')`)
  await expect(migrate(database, [{ name: 'ours', sql: 'select 1' }], '1')).resolves.toEqual(['ours'])
  const edited = folder.write('edited', pluginSource('good', bringing(kindOf('lantern'), 'select 2')))
  await expect(prepare(edited)).rejects.toThrow('was changed after it ran')
})

test.each([
  ['throws', `create() { throw new Error('no parts') }`, 'cannot be made: no parts'],
  ['forgets a kind', `create: () => ({})`, 'has no slice for its kind'],
  [
    'has a setting of ours',
    `create: () => ({ service: { slices: [], settings: [{ name: 'identity.x' }] } })`,
    'has the setting identity.x',
  ],
])('[core.plugins] one whose create %s is refused by name', async (_, create, fault) => {
  const name = `maker-${fault.length}`
  const source = pluginSource(name, fault.includes('slice') ? bringing(kindOf('torch')) : '').replace(
    'create: () => ({})',
    create,
  )
  const { loaded, faults } = await prepare(folder.write(name, source))
  const lay = (plugins: typeof loaded) => {
    const store = createStore(
      database,
      [...allResources, ...plugins.flatMap(({ plugin }) => plugin.resources ?? [])],
      createSealer(Buffer.alloc(32)),
    )
    return { store, settings: createLiveSettings({ store, onError() {} }) }
  }
  expect(() => createPlugins(loaded, lay, { faults, log })).toThrow(`the plugin ${name} ${fault}`)
})

test('[core.plugins] one that was bundled into a file carries nothing of the platform, and does', async () => {
  const entry = fileURLToPath(new URL('../../../../plugins/maintenance/src/index.ts', import.meta.url))
  const file = folder.write('bundled', '')
  const made = await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    metafile: true,
    allowOverwrite: true,
  })
  expect(Object.keys(made.metafile.inputs).filter((input) => /packages\/(kernel|saga|postgres)\//.test(input))).toEqual(
    [],
  )
  expect((await prepare(file)).loaded.map(({ plugin }) => plugin.name)).toEqual(['maintenance'])
})
