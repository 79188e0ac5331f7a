/** Plugins for tests, as files: what a plugin looks like from outside. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PluginFolder {
  /** Absolute path of a file with this source. */
  write(name: string, source: string): string
  remove(): void
}

export function pluginFolder(): PluginFolder {
  const directory = mkdtempSync(join(tmpdir(), 'plugins-'))
  return {
    write(name, source) {
      const file = join(directory, `${name}.mjs`)
      writeFileSync(file, source)
      return file
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Source of a plugin with these members besides the needed ones. */
export const pluginSource = (name: string, members = ''): string =>
  `export default { contract: 1, name: '${name}', version: '1.0.0', create: () => ({}), ${members} }\n`
