/** The state of something simulated, kept in a file from which it is taken up again. */
import { readFile, rename, writeFile } from 'node:fs/promises'

/** What happened since the last save is lost with the process, should it be killed. */
const SAVE_MS = 1_000
/** However much there is to save: it takes a small share of the time. */
const REST = 20

/** Undefined when nothing was saved. */
export async function savedIn<State>(file: string): Promise<State | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Saves again and again what has changed since.
 * @param onError told when that could not be done
 * @returns saves for the last time
 */
export function keepIn(file: string, state: () => unknown, onError: (error: Error) => void): () => Promise<void> {
  let last = JSON.stringify(state())
  let timer: NodeJS.Timeout | undefined
  let saving = Promise.resolve()

  async function save(): Promise<void> {
    const now = JSON.stringify(state())
    if (now === last) return
    await writeFile(`${file}.new`, now, { mode: 0o600 })
    await rename(`${file}.new`, file)
    last = now
  }
  function saveNext(): Promise<void> {
    saving = saving.then(save).catch(onError)
    return saving
  }
  function saveLater(afterMs: number): void {
    timer = setTimeout(async () => {
      const began = performance.now()
      await saveNext()
      if (timer) saveLater(Math.max(SAVE_MS, REST * (performance.now() - began)))
    }, afterMs).unref()
  }
  saveLater(SAVE_MS)
  return () => {
    clearTimeout(timer)
    timer = undefined
    return saveNext()
  }
}
