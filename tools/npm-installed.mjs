/**
 * Exit 0 when node_modules holds what package-lock.json asks for, 1 when `npm ci` is due. Compares versions, not file
 * times: a fresh clone and a branch switch touch files without changing what is needed. Plain JavaScript, because it
 * runs before anything is installed.
 */
import { existsSync, readFileSync } from 'node:fs'

const INSTALLED = 'node_modules/.package-lock.json'

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

function isInstalled() {
  if (!existsSync(INSTALLED)) return false
  const installed = packagesOf(INSTALLED)
  return Object.entries(packagesOf('package-lock.json')).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true
    // Optional ones may be for another processor.
    if (!installed[path]) return Boolean(wanted.optional || wanted.devOptional || wanted.peer)
    return wanted.link || installed[path].version === wanted.version
  })
}

process.exitCode = isInstalled() ? 0 : 1
