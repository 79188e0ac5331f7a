/**
 * Freezing a version: its migrations are kept as they are from then on, with the schema that they made and a small cloud's data in it,
 * so that every later version is tried on them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Database, migrate } from '@basalt/kernel'
import { MAY_BE_EMPTY, SAMPLE_HOME, sampleCloud } from '../../tests/upgrade/support/sample-cloud.ts'
import { run } from '../run.ts'
import { NotDerivable, unusedOf } from './derive.ts'
import { countsOf, dumpOf } from './dump.ts'
import { changedFrozen } from './frozen.ts'
import { allLines, compareVersions, type Frozen, frozenVersions, type Line, migrationFiles, sha256 } from './line.ts'
import { planOf } from './plan.ts'
import type { Scratch } from './scratch.ts'
import { type Shape, shapeOf } from './shape.ts'

/** Nothing was frozen; the message says why, and what to do. */
export class NotFrozen extends Error {}

const VERSION = /^\d+\.\d+\.\d+$/

const versionOf = (root: string, directory: string): string =>
  JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')).version

function refuseVersion(root: string, line: Line, version: string): void {
  if (!VERSION.test(version))
    throw new NotFrozen(`"${version}" is no version. Give one as 1.2.3: npm run freeze -- ${versionOf(root, '.')}`)
  for (const directory of ['.', 'apps/control-plane']) {
    const own = versionOf(root, directory)
    if (own !== version)
      throw new NotFrozen(
        `${join(directory, 'package.json')} says ${own}, which is what nodes tell of themselves. Set its version to ${version}, and commit it, or freeze ${own}.`,
      )
  }
  const latest = frozenVersions(root, line).at(-1)?.version
  if (latest === version)
    throw new NotFrozen(`${version} is frozen already (${line.frozen}/${version}). Raise the version in package.json.`)
  if (latest && compareVersions(latest, version) > 0)
    throw new NotFrozen(`${latest} is frozen, and later than ${version}. Freeze a version after it.`)
}

async function refuseDirty(root: string): Promise<void> {
  const { code, output } = await run('git', ['status', '--porcelain'], root)
  if (code !== 0) throw new NotFrozen(`git does not know this tree: ${output}. Freeze in a clone of the repository.`)
  if (output !== '')
    throw new NotFrozen(
      `the tree has changes that are not committed:\n${output}\nCommit or remove them: what is frozen must be what is released.`,
    )
}

async function refuseOutdated(root: string, line: Line, scratch: Scratch): Promise<void> {
  const changed = await changedFrozen(root, line)
  if (changed.length > 0) throw new NotFrozen(changed.join('\n'))
  const { files, obsolete } = await planOf(root, line, scratch).catch((error: unknown) => {
    throw error instanceof NotDerivable ? new NotFrozen(`no migration can be derived: ${error.message}`) : error
  })
  const wrong = Object.entries(files).filter(([path, content]) => readFileSync(join(root, path), 'utf8') !== content)
  const paths = [...wrong.map(([path]) => path), ...obsolete]
  if (paths.length > 0)
    throw new NotFrozen(
      `${paths.join(', ')} does not match the resource definitions. Run npm run generate, and commit what it writes.`,
    )
}

/** Later versions are only tried with what was there. */
export function refuseEmpty(line: Pick<Line, 'title'>, counts: ReadonlyMap<string, number>): void {
  const empty = [...counts].filter(([name, count]) => count === 0 && !(name in MAY_BE_EMPTY)).map(([name]) => name)
  if (empty.length > 0)
    throw new NotFrozen(
      `the sample cloud has nothing in ${empty.join(', ')} of ${line.title}, so no later version would be tried with it. Make one in tests/upgrade/support/sample-cloud.ts.`,
    )
}

/** The files of a version, by name. */
async function filesOf(line: Line, shape: Shape, sample: Database, home: string): Promise<Record<string, string>> {
  refuseEmpty(line, await countsOf(sample, shape))
  return {
    'schema.json': `${JSON.stringify(shape, null, 2)}\n`,
    'data.sql': await dumpOf(sample, shape, { [home]: SAMPLE_HOME }),
  }
}

interface Schema {
  line: Line
  shape: Shape
  /** Name to hash of its SQL. */
  migrations: Record<string, string>
  unused: Frozen['unused']
}

async function schemaOf(root: string, line: Line, scratch: Scratch): Promise<Schema> {
  const migrations = await migrationFiles(root, line, undefined)
  const [database, wanted] = [await scratch.database(), await scratch.database()]
  await migrate(database, migrations)
  await wanted.script(line.fresh())
  const shape = await shapeOf(database)
  return {
    line,
    shape,
    migrations: Object.fromEntries(migrations.map(({ name, sql }) => [name, sha256(sql)])),
    unused: unusedOf(shape, await shapeOf(wanted)),
  }
}

function write(root: string, version: string, schema: Schema, files: Record<string, string>): string[] {
  const { line, migrations, unused } = schema
  const hashes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(text)]))
  const frozen: Frozen = { version, migrations, files: hashes, unused }
  const all = { ...files, 'frozen.json': `${JSON.stringify(frozen, null, 2)}\n` }
  return Object.entries(all).map(([name, text]) => {
    const path = `${line.frozen}/${version}/${name}`
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    return path
  })
}

/**
 * Freeze the schema of the tree as that of the version. Answers with the files that were written, to be committed.
 * @throws NotFrozen that says why not and what to do; nothing was written then
 */
export async function freeze(root: string, version: string, scratch: Scratch): Promise<string[]> {
  const lines = await allLines(root)
  for (const line of lines) refuseVersion(root, line, version)
  await refuseDirty(root)
  for (const line of lines) await refuseOutdated(root, line, scratch)
  const schemas: Schema[] = []
  for (const line of lines) schemas.push(await schemaOf(root, line, scratch))
  const database = await scratch.database()
  const home = await sampleCloud(
    database.url,
    lines.flatMap(({ plugin }) => plugin ?? []),
  )
  const contents: Record<string, string>[] = []
  for (const { line, shape } of schemas) contents.push(await filesOf(line, shape, database, home))
  return schemas.flatMap((schema, index) => write(root, version, schema, contents[index] ?? {}))
}
