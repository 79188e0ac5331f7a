/** Profiles in their files: several of them, apart from what is secret, read also as they were kept before. */
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configPath, credentialsPath } from './paths.ts'
import { openProfiles } from './profiles.ts'

let directory: string
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profiles-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** An environment with files of its own. */
async function fresh(config?: object, credentials?: object) {
  const env = { XDG_CONFIG_HOME: join(directory, String(count++)) }
  await mkdir(join(env.XDG_CONFIG_HOME, 'basalt'), { recursive: true })
  if (config) await writeFile(configPath(env), JSON.stringify(config))
  if (credentials) await writeFile(credentialsPath(env), JSON.stringify(credentials))
  return env
}

const work = { url: 'https://work:7443', username: 'ada', token: 't1', zone: 'z1', output: 'json' }
const home = { url: 'https://home:7443', accessKey: { id: 'k', secret: 's3cret' } }

test('[api.cli] the first profile is in use; others are when they are asked for', async () => {
  const env = await fresh()
  const profiles = await openProfiles(env, 'work')
  await profiles.save('work', work)
  await (await openProfiles(env, 'home')).save('home', home)
  const now = await openProfiles(env)
  expect([now.current, now.name, now.get()?.zone]).toEqual(['work', 'work', 'z1'])
  expect((await openProfiles({ ...env, BASALT_PROFILE: 'home' })).get()).toEqual(home)
  expect((await openProfiles({ ...env, BASALT_PROFILE: 'home' }, 'work')).get()).toEqual(work)
  await now.use('home')
  expect((await openProfiles(env)).get()).toEqual(home)
  await now.remove('home')
  expect(Object.keys((await openProfiles(env)).all())).toEqual(['work'])
  await expect(now.use('nosuch')).rejects.toMatchObject({ code: 'NOT_FOUND', remedy: expect.stringContaining('work') })
})

test('[api.cli] what is secret has a file of its own; both are for their owner only', async () => {
  const env = await fresh()
  await (await openProfiles(env, 'work')).save('work', work)
  await (await openProfiles(env, 'home')).save('home', home)
  for (const path of [configPath(env), credentialsPath(env)]) expect((await stat(path)).mode & 0o777).toBe(0o600)
  const config = await readFile(configPath(env), 'utf8')
  expect(config).toContain('https://home:7443')
  for (const secret of ['t1', 's3cret']) expect(config).not.toContain(secret)
  expect(JSON.parse(await readFile(credentialsPath(env), 'utf8')).profiles).toEqual({
    work: { token: 't1' },
    home: { accessKey: home.accessKey },
  })
})

test('[api.cli] a file as it was before is read as it is, and written anew by the next change', async () => {
  const old = { current: 'work', profiles: { work, home } }
  const env = await fresh(old)
  await chmod(configPath(env), 0o644)
  const profiles = await openProfiles(env)
  expect(profiles.get()).toEqual(work)
  expect(JSON.parse(await readFile(configPath(env), 'utf8'))).toEqual(old)
  await profiles.use('home')
  expect((await openProfiles(env)).all()).toEqual({ work, home })
  expect(await readFile(configPath(env), 'utf8')).not.toContain('s3cret')
  expect((await stat(configPath(env))).mode & 0o777).toBe(0o600)
})

test('[api.cli] two commands that change profiles at the same time keep what the other one wrote', async () => {
  const env = await fresh()
  const [one, other] = [await openProfiles(env, 'one'), await openProfiles(env, 'other')]
  await one.save('one', work)
  await other.save('other', home)
  expect((await openProfiles(env)).all()).toEqual({ one: work, other: home })
})

test('[api.cli] files that are not ours, and names that are none, are refused with a remedy', async () => {
  const broken = await fresh()
  await writeFile(configPath(broken), '{"profiles":')
  await expect(openProfiles(broken)).rejects.toMatchObject({ code: 'BAD_CONFIG', remedy: expect.any(String) })
  const newer = await fresh({ format: 99, profiles: {} })
  await expect(openProfiles(newer)).rejects.toMatchObject({ message: expect.stringContaining('newer version') })
  await expect(openProfiles(await fresh(), '../x')).rejects.toMatchObject({ code: 'BAD_CONFIG', exitCode: 2 })
})

test('[api.cli] the environment counts before the file, for its own cloud only', async () => {
  const env = await fresh({ current: 'work', profiles: { work } })
  const other = await openProfiles({ ...env, BASALT_URL: 'https://other:7443', BASALT_TOKEN: 't2' })
  expect(other.get()).toEqual({ url: 'https://other:7443', output: 'json', token: 't2' })
  const same = await openProfiles({ ...env, BASALT_ZONE: 'z9', BASALT_OUTPUT: 'yaml' })
  expect(same.get()).toMatchObject({ url: work.url, token: 't1', zone: 'z9', output: 'yaml' })
})
