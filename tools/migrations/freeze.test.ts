/** What `npm run freeze` refuses. That it freezes, and what for: `tests/upgrade/next-version.test.ts`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyTree, type TreeCopy } from '../guide/tree-copy.ts'
import { filesBelow, ROOT } from '../tree.ts'
import { freeze, NotFrozen, refuseEmpty } from './freeze.ts'
import { allLines, frozenVersions, type Line } from './line.ts'
import { createScratch } from './scratch.ts'

const scratch = createScratch()
const [platform] = (await allLines(ROOT)) as [Line]
const LATEST = frozenVersions(ROOT, platform).at(-1)?.version ?? ''
const LATER = '99.0.0'
let tree: TreeCopy

const git = async (...words: string[]): Promise<void> => {
  const { code, output } = await tree.run('git', words)
  expect([code, output]).toEqual([0, expect.anything()])
}
const commit = async (): Promise<void> => {
  await git('add', '--all')
  await git('commit', '--quiet', '--allow-empty', '--message', 'as it is')
}
const change = async (path: string, from: string, to: string): Promise<void> => {
  const file = join(tree.directory, path)
  const text = await readFile(file, 'utf8')
  expect(text).toContain(from)
  await writeFile(file, text.replace(from, to))
}
async function setVersion(version: string): Promise<void> {
  for (const path of ['package.json', 'apps/control-plane/package.json']) {
    const file = join(tree.directory, path)
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"version": ".*"/, `"version": "${version}"`))
  }
}

/** Why it is refused; nothing was written. */
async function refusal(version: string): Promise<string> {
  const before = filesBelow(tree.directory, 'tests/upgrade/frozen')
  const error: unknown = await freeze(tree.directory, version, scratch).catch((cause: unknown) => cause)
  if (!(error instanceof NotFrozen)) throw error
  expect(filesBelow(tree.directory, 'tests/upgrade/frozen')).toEqual(before)
  return error.message
}

beforeAll(async () => {
  tree = await copyTree()
  await setVersion(LATEST)
  await git('init', '--quiet')
  await git('config', 'user.name', 'test')
  await git('config', 'user.email', 'test@example.invalid')
  await commit()
})
beforeEach(async () => {
  await git('checkout', '--quiet', '--force', 'HEAD')
  await git('clean', '--quiet', '-d', '--force')
})
afterAll(async () => {
  await tree.remove()
  await scratch.close()
})

test.each([
  ['0.1', `"0.1" is no version. Give one as 1.2.3: npm run freeze -- ${LATEST}`],
  ['', '"" is no version'],
  [LATER, `package.json says ${LATEST}, which is what nodes tell of themselves. Set its version to ${LATER}`],
  [LATEST, `${LATEST} is frozen already (tests/upgrade/frozen/${LATEST}). Raise the version in package.json.`],
])('[core.resource] the version "%s" is not frozen: %s', async (version, told) => {
  expect(await refusal(version)).toContain(told)
})

test('[core.resource] nothing is frozen beneath a later version', async () => {
  const folder = join(tree.directory, 'tests/upgrade/frozen/100.0.0')
  await mkdir(folder)
  await writeFile(join(folder, 'frozen.json'), '{ "version": "100.0.0" }')
  await setVersion(LATER)
  expect(await refusal(LATER)).toBe(`100.0.0 is frozen, and later than ${LATER}. Freeze a version after it.`)
})

test('[core.resource] a tree with changes is not frozen, by name', async () => {
  await setVersion(LATER)
  expect(await refusal(LATER)).toMatch(/changes that are not committed:\n.*package\.json[\s\S]*Commit or remove them/)
})

test('[core.resource] migrations that do not match the definitions are not frozen', async () => {
  await setVersion(LATER)
  await change('apps/control-plane/migrations/index.ts', 'export const', '// edited\nexport const')
  await git('commit', '--quiet', '--all', '--message', 'edited')
  expect(await refusal(LATER)).toContain(
    'apps/control-plane/migrations/index.ts does not match the resource definitions. Run npm run generate',
  )
  await git('reset', '--quiet', '--hard', 'HEAD~1')
})

test.each([
  [`tests/upgrade/frozen/${LATEST}/data.sql`, 'insert into', 'INSERT into'],
  ['apps/control-plane/migrations/0001-initial.ts', 'create table "vm"', 'create table  "vm"'],
])('[core.resource] nothing is frozen while %s is not as it was', async (path, from, to) => {
  await setVersion(LATER)
  await change(path, from, to)
  await git('commit', '--quiet', '--all', '--message', 'edited')
  const told = await refusal(LATER)
  expect(told).toContain(`${path} was frozen with version ${LATEST} and is not as it was.`)
  expect(told).toContain('Restore it')
  await git('reset', '--quiet', '--hard', 'HEAD~1')
})

test('[core.resource] a sample cloud without something of a kind is refused; what is there for moments may be missing', () => {
  const counts = new Map([
    ['vm', 1],
    ['claim', 0],
    ['image', 0],
  ])
  expect(() => refuseEmpty({ title: 'the platform' }, counts)).toThrow(
    /nothing in image of the platform.*Make one in tests\/upgrade\/support\/sample-cloud\.ts/,
  )
  expect(() => refuseEmpty({ title: 'the platform' }, new Map([['claim', 0]]))).not.toThrow()
})
