/** Errors as callers see them: RFC 9457 problem details with a stable code, the fields at fault, and a remedy. */
import { redactText } from '@basalt/observe'
import { type FieldProblem, isUuid, kebab } from '@basalt/resource'

export interface ProblemOptions {
  status: number
  code: string
  detail: string
  /** What its reader can do. */
  remedy: string
  errors?: FieldProblem[]
  cause?: unknown
  /** Seconds after which trying again makes sense. */
  retryAfterSeconds?: number
  /** Further members of the answer, for programs. */
  facts?: Readonly<Record<string, unknown>>
  /** Headers that belong to the answer. */
  headers?: Readonly<Record<string, string>>
}

/** A mistake of the caller, or a state of the cloud that the caller has to know about. A bug is any other error. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly remedy: string
  readonly errors?: FieldProblem[]
  readonly retryAfterSeconds?: number
  readonly facts?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>

  constructor(options: ProblemOptions) {
    super(options.detail, { cause: options.cause })
    this.name = 'Problem'
    this.status = options.status
    this.code = options.code
    this.remedy = options.remedy
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds
    this.facts = options.facts
    this.headers = options.headers
  }

  /** The body of an `application/problem+json` answer. */
  toJSON(): Record<string, unknown> {
    return {
      type: `urn:basalt:problem:${this.code.toLowerCase().replaceAll('_', '-')}`,
      title: this.code.charAt(0) + this.code.slice(1).toLowerCase().replaceAll('_', ' '),
      status: this.status,
      code: this.code,
      detail: this.message,
      remedy: this.remedy,
      errors: this.errors,
      ...this.facts,
    }
  }
}

/**
 * A problem that comes by the thousand when somebody asks too much, or guesses. To find out where in the code it was made would cost more
 * than all the rest of it, and tell nothing.
 */
export function refusal(options: ProblemOptions): Problem {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return new Problem(options)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** A kind as people write it: `storage pool`. */
export const spelled = (kind: string): string => kebab(kind).replaceAll('-', ' ')

/** Also the answer for a resource of somebody else: nobody learns that it exists. What is no id is not repeated: it may be a secret. */
export const notFound = (kind: string, id: string): Problem =>
  new Problem({
    status: 404,
    code: 'NOT_FOUND',
    detail: `There is no ${spelled(kind)} with ${isUuid(id) ? `the id ${id}` : 'this id'}.`,
    remedy: `List what there is to find the right id.`,
  })

export const invalid = (errors: FieldProblem[], detail = 'Some fields are wrong; nothing was changed.'): Problem =>
  new Problem({
    status: 400,
    code: 'INVALID_INPUT',
    detail,
    remedy: errors[0]?.remedy ?? 'Correct the request.',
    errors,
  })

/** One field is wrong for a reason that its type cannot tell. */
export const invalidField = (field: string, message: string, remedy: string): Problem =>
  invalid([{ field, message, remedy }])

export const unauthenticated = (detail = 'No valid session came with this request.'): Problem =>
  refusal({
    status: 401,
    code: 'UNAUTHENTICATED',
    detail,
    remedy: 'Log in (POST /v1/sessions) and send the token as "Authorization: Bearer …".',
  })

/** @param why more exactly than that nothing allows it */
export const forbidden = (permission: string, why?: { detail: string; remedy: string }): Problem =>
  new Problem({
    status: 403,
    code: 'FORBIDDEN',
    detail: why?.detail ?? `This needs the permission ${permission}, which you do not have.`,
    remedy: why?.remedy ?? 'Ask an operator of the platform.',
  })

export const conflict = (code: string, detail: string, remedy: string): Problem =>
  new Problem({ status: 409, code, detail, remedy })

export const unavailable = (code: string, detail: string, remedy: string, cause?: unknown): Problem =>
  new Problem({ status: 503, code, detail, remedy, cause, retryAfterSeconds: 2 })

/** What a failed task keeps: code, message, remedy. Foreign errors with a `code` keep it; anything else is `INTERNAL`. */
export function causeOf(error: unknown): { code: string; message: string; remedy: string | null } {
  const { code, message, remedy } = error as { code?: unknown; message?: unknown; remedy?: unknown }
  return {
    code: typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : 'INTERNAL',
    message: redactText(typeof message === 'string' ? message : String(error)),
    remedy: typeof remedy === 'string' ? redactText(remedy) : null,
  }
}
