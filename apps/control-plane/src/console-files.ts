/** The built console: static files, with index.html for every page of it. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { KernelOptions } from '@basalt/kernel'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.json'])

/** Compressed files, each compressed once: there are a few dozen, and they change only with a new build. */
function createZipper(): (file: string) => Promise<Buffer> {
  const known = new Map<string, { modifiedMs: number; bytes: Promise<Buffer> }>()
  return async (file) => {
    const { mtimeMs } = await stat(file)
    const found = known.get(file)
    if (found?.modifiedMs === mtimeMs) return found.bytes
    const bytes = readFile(file).then((content) => promisify(gzip)(content))
    known.set(file, { modifiedMs: mtimeMs, bytes })
    return bytes
  }
}

/** Path of a request, without tricks; null when it is not well-formed. */
function pathOf(url: string): string | null {
  try {
    const path = decodeURIComponent(url.split('?')[0] ?? '/')
    // `normalize` of an absolute path cannot climb above its root.
    return path.includes('\0') ? null : normalize(path)
  } catch {
    // A stray percent sign.
    return null
  }
}

/** @param directory where the console was built to */
export function consoleFiles(directory: string): NonNullable<KernelOptions['fallback']> {
  const zipped = createZipper()
  return async (request, reply) => {
    const path = pathOf(request.url)
    if (request.method !== 'GET' || path === null || path.startsWith('/v1/')) return false
    const asked = join(directory, path)
    const asset = extname(path) in TYPES
    const file = asset ? asked : join(directory, 'index.html')
    if (!(await isFile(file))) return false
    // Names of assets carry a hash of their content; the page itself must always be fresh.
    reply.header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    reply.type(TYPES[extname(file)] ?? 'application/octet-stream')
    if (COMPRESSIBLE.has(extname(file)) && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')))
      reply
        .header('content-encoding', 'gzip')
        .header('vary', 'accept-encoding')
        .send(await zipped(file))
    else reply.send(createReadStream(file))
    return true
  }
}
