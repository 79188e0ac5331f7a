/** Everything that can go wrong, as one type that screens can show. */

export interface FieldProblem {
  /** Path in the body, e.g. `networks.0.address`. */
  field: string
  message: string
  remedy?: string
}

/** An answer of `application/problem+json` (RFC 9457), or a failure to get any answer. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly remedy?: string
  readonly errors: readonly FieldProblem[]

  constructor(options: {
    status: number
    code: string
    detail: string
    remedy?: string
    errors?: readonly FieldProblem[]
    cause?: unknown
  }) {
    super(options.detail, { cause: options.cause })
    this.name = 'ApiProblem'
    this.status = options.status
    this.code = options.code
    this.remedy = options.remedy
    this.errors = options.errors ?? []
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function fieldProblems(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: Record<string, unknown>) => {
    const message = text(entry?.message)
    return message ? [{ field: text(entry.field) ?? '', message, remedy: text(entry.remedy) }] : []
  })
}

/** The body of a refused request, whatever it is, as a problem. */
export function problemFromBody(status: number, body: unknown): ApiProblem {
  const { code, detail, title, remedy, errors } = (body ?? {}) as Record<string, unknown>
  return new ApiProblem({
    status,
    code: text(code) ?? `HTTP_${status}`,
    detail: text(detail) ?? text(title) ?? `The server answered with status ${status}.`,
    remedy: text(remedy),
    errors: fieldProblems(errors),
  })
}

/** Any thrown value as a problem: the one function through which screens learn of errors. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message))
    return new ApiProblem({
      status: 0,
      code: 'UNREACHABLE',
      detail: 'The control plane does not answer.',
      remedy: 'Check your connection; this page goes on by itself when it is back.',
      cause: error,
    })
  return new ApiProblem({
    status: 0,
    code: 'INTERNAL',
    detail: error instanceof Error ? error.message : String(error),
    cause: error,
  })
}
