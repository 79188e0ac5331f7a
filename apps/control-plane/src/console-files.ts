/** The built console: static files, with index.html for every page of it. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
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
  return async (request, reply) => {
    const path = pathOf(request.url)
    if (request.method !== 'GET' || path === null || path.startsWith('/v1/')) return false
    const asked = join(directory, path)
    const asset = extname(path) in TYPES
    const file = asset ? asked : join(directory, 'index.html')
    if (!(await isFile(file))) return false
    // Names of assets carry a hash of their content; the page itself must always be fresh.
    reply.header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    reply.type(TYPES[extname(file)] ?? 'application/octet-stream').send(createReadStream(file))
    return true
  }
}
