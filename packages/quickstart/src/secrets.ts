import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'

/** The operator's random password, made once, in a file that only its owner may read. */
export async function operatorPassword(file: string): Promise<string> {
  const password = randomBytes(15).toString('base64url')
  try {
    await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' })
    return password
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readFile(file, 'utf8')).trim()
  }
}
