/** The control plane's nodes as they last told, kept over restarts: the configured one may be the one that is lost. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface KnownNodes {
  /** None when nothing, or nothing readable, was kept: the configured ones are always tried. */
  load(): Promise<string[]>
  save(urls: readonly string[]): Promise<void>
}

export function createKnownNodes(stateDir: string): KnownNodes {
  const file = join(stateDir, 'control-plane-nodes.json')
  let saving = Promise.resolve()

  async function write(urls: readonly string[]): Promise<void> {
    const unfinished = `${file}.new`
    await writeFile(unfinished, `${JSON.stringify(urls)}\n`, { mode: 0o644 })
    await rename(unfinished, file)
  }

  return {
    async load() {
      const text = await readFile(file, 'utf8').catch(() => '[]')
      try {
        const urls: unknown = JSON.parse(text)
        return Array.isArray(urls) ? urls.filter((url) => typeof url === 'string' && URL.canParse(url)) : []
      } catch {
        return []
      }
    },
    save(urls) {
      saving = saving.then(() => write(urls))
      return saving
    },
  }
}
