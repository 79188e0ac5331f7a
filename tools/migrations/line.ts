/** A line of migrations: the files of a folder, in order, and the versions in which they were frozen. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Migration, schemaDdl, tablesDdl } from '@basalt/kernel'
import { columnsOf, type Resource, tableName } from '@basalt/resource'
import { allResources } from '../../apps/control-plane/src/resources.ts'
import { filesBelow, type Workspace, workspaces } from '../tree.ts'
import type { FallbackOf, Unused } from './derive.ts'

export interface Line {
  title: string
  /** Repository path of the folder with the migrations. */
  folder: string
  /** Repository path of the folder with the frozen versions. */
  frozen: string
  resources: readonly Resource[]
  /** Statements that make an empty database as the definitions want it. */
  fresh(): string
  /** Package that the type of a migration is from. */
  contract: string
  /** Package of the plugin whose line it is. */
  plugin?: string
}

/** What stands in `frozen.json` of a version: nothing of this is ever changed. */
export interface Frozen {
  version: string
  /** Name to hash of its SQL. */
  migrations: Record<string, string>
  /** Name to hash of the other files of the version. */
  files: Record<string, string>
  /** What the definitions of the version no longer had, and its database still has. */
  unused: readonly Unused[]
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const platform: Line = {
  title: 'the platform',
  folder: 'apps/control-plane/migrations',
  frozen: 'tests/upgrade/frozen',
  resources: allResources,
  fresh: () => schemaDdl(allResources),
  contract: '@basalt/kernel',
}

async function pluginLine(root: string, { directory, name }: Workspace): Promise<Line[]> {
  const file = join(root, directory, 'src/resources.ts')
  if (!existsSync(file)) return []
  const { resources }: { resources: readonly Resource[] } = await import(pathToFileURL(file).href)
  return [
    {
      title: directory,
      folder: `${directory}/migrations`,
      frozen: `${directory}/frozen`,
      resources,
      fresh: () => `create extension if not exists pg_trgm;\n${tablesDdl(resources)}\n`,
      contract: '@basalt/plugin',
      plugin: name,
    },
  ]
}

/** The platform's line, and one for each plugin of the tree that has kinds. */
export async function allLines(root: string): Promise<Line[]> {
  const plugins = workspaces(root).filter(({ directory }) => directory.startsWith('plugins/'))
  return [platform, ...(await Promise.all(plugins.map((plugin) => pluginLine(root, plugin)))).flat()]
}

export const GENERATED = '// Generated from the resource definitions; `npm run generate` writes it anew'

export interface MigrationFile extends Migration {
  /** Derived, and not frozen: it may be written anew. */
  isPending: boolean
}

/** The migrations of a folder, in order. */
export async function migrationFiles(root: string, line: Line, frozen: Frozen | undefined): Promise<MigrationFile[]> {
  const names = filesBelow(root, line.folder).filter((path) => /\/\d{4}-[a-z0-9-]+\.ts$/.test(path))
  return Promise.all(
    names.map(async (path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const name = path.slice(line.folder.length + 1, -'.ts'.length)
      // The query makes a file that was written anew in this process be read anew.
      const module: Omit<Migration, 'name'> = await import(`${pathToFileURL(join(root, path)).href}?${sha256(text)}`)
      const { sql, phase, unneededSince } = module
      const isPending = text.startsWith(GENERATED) && !(name in (frozen?.migrations ?? {}))
      return { name, sql, ...(phase ? { phase } : {}), ...(unneededSince ? { unneededSince } : {}), isPending }
    }),
  )
}

const parts = (version: string): number[] => version.split('.').map(Number)

/** For `sort`: 0.9.0 comes before 0.10.0. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parts(one), parts(other)]
  return a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0
}

/** Every frozen version of the line, the oldest first. */
export function frozenVersions(root: string, { frozen }: Pick<Line, 'frozen'>): Frozen[] {
  if (!existsSync(join(root, frozen))) return []
  return readdirSync(join(root, frozen))
    .filter((name) => existsSync(join(root, frozen, name, 'frozen.json')))
    .sort(compareVersions)
    .map((name) => JSON.parse(readFileSync(join(root, frozen, name, 'frozen.json'), 'utf8')) as Frozen)
}

/** A value as SQL. */
export function literal(value: unknown, type: string): string {
  if (value === null || value === undefined) return 'null'
  const text = type === 'jsonb' ? JSON.stringify(value) : String(value)
  return `'${text.replaceAll("'", "''")}'`
}

/** Defaults of the definitions. */
export function fallbacksOf(resources: readonly Resource[]): FallbackOf {
  const columns = new Map(
    resources.flatMap((resource) =>
      columnsOf(resource).map(({ name, type, spec }): [string, string | undefined] => [
        `${tableName(resource)}.${name}`,
        spec.default === undefined || spec.default === null ? undefined : literal(spec.default, type),
      ]),
    ),
  )
  return (table, column) => columns.get(`${table}.${column}`)
}
