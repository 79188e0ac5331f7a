/** What is frozen stays as it is: databases in the world were made by it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { frozenVersions, type Line, migrationFiles, sha256 } from './line.ts'

/** Every frozen migration, and file of a frozen version, that is not as it was; empty when all is well. */
export async function changedFrozen(root: string, line: Line): Promise<string[]> {
  const versions = frozenVersions(root, line)
  const latest = versions.at(-1)
  if (!latest) return []
  const files = new Map((await migrationFiles(root, line, latest)).map(({ name, sql }) => [name, sha256(sql)]))
  const migrations = versions.flatMap(({ version, migrations }) =>
    Object.entries(migrations)
      .filter(([name, hash]) => files.get(name) !== hash)
      .map(([name]) => ({ path: `${line.folder}/${name}.ts`, version })),
  )
  const snapshots = versions.flatMap(({ version, files: hashes }) =>
    Object.entries(hashes)
      .map(([name, hash]) => ({ path: `${line.frozen}/${version}/${name}`, hash, version }))
      .filter(
        ({ path, hash }) => !existsSync(join(root, path)) || sha256(readFileSync(join(root, path), 'utf8')) !== hash,
      ),
  )
  return [...migrations, ...snapshots].map(
    ({ path, version }) =>
      `${path} was frozen with version ${version} and is not as it was.\n    Restore it; change the definitions, and npm run generate adds a migration of its own.`,
  )
}
