/** Which methods a path takes, for those who use another. */
import type { Route } from '../module.ts'
import { Problem } from '../problem.ts'

interface Pattern {
  segments: string[]
  methods: Set<string>
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')

function fits({ segments }: Pattern, asked: string[]): boolean {
  return (
    segments.length === asked.length &&
    segments.every((segment, index) => segment.startsWith(':') || segment === asked[index])
  )
}

/** @returns the methods of an address, in alphabetical order; none when no route has its path */
export function createMethods(routes: readonly Route[]): (url: string) => string[] {
  const patterns = new Map<string, Pattern>()
  for (const { path, method } of routes) {
    const pattern = patterns.get(path) ?? { segments: segmentsOf(path), methods: new Set() }
    pattern.methods.add(method)
    // A HEAD is answered wherever a GET is.
    if (method === 'GET') pattern.methods.add('HEAD')
    patterns.set(path, pattern)
  }
  return (url) => {
    const asked = segmentsOf(url.split('?')[0] ?? '')
    const fitting = [...patterns.values()].filter((pattern) => fits(pattern, asked))
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort()
  }
}

export const methodNotAllowed = (method: string, allowed: readonly string[]): Problem =>
  new Problem({
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    detail: `This path does not take ${method}.`,
    remedy: `Use ${allowed.join(', ')}; GET /v1/openapi.json lists every route.`,
    headers: { allow: allowed.join(', ') },
  })
