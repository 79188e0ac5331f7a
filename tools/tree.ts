/** The repository as the tools see it: its root, its workspaces, its source files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

/** One npm workspace. */
export interface Workspace {
  name: string
  /** Path in the repository, e.g. `packages/kernel`. */
  directory: string
  /** Entry (`.`, `./host`) to file. */
  exports: Record<string, string>
}

const FOLDERS = ['apps', 'packages', 'modules', 'drivers', 'images', 'plugins']
const SOURCES = [...FOLDERS, 'tests', 'tools']
const NOT_OURS = new Set(['node_modules', 'dist', '.state'])

/** All workspaces of the repository. */
export function workspaces(root: string): Workspace[] {
  return FOLDERS.flatMap((folder) => directories(join(root, folder)).map((name) => `${folder}/${name}`)).flatMap(
    (directory) => {
      const file = join(root, directory, 'package.json')
      if (!existsSync(file)) return []
      const { name, exports = {} } = JSON.parse(readFileSync(file, 'utf8'))
      return [{ name, directory, exports }]
    },
  )
}

/** Repository paths of all TypeScript files, sorted. */
export function sourceFiles(root: string): string[] {
  return SOURCES.flatMap((folder) => filesBelow(root, folder)).filter((file) => /\.tsx?$/.test(file))
}

/** Repository paths of all files below `folder`, sorted; dependencies and build results left out. */
export function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`
      return entry.isDirectory() ? filesBelow(root, path) : entry.isFile() ? [path] : []
    })
}

function directories(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}
