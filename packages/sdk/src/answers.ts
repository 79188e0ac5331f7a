/** What answers and failures mean: problems, and whether trying again makes sense. */
import { ApiProblem, type FieldError, SdkError } from './errors.ts'

const FIRST_DELAY_MS = 200
const MAX_RETRY_AFTER_SECONDS = 30

interface ProblemBody {
  code?: string
  detail?: string
  title?: string
  remedy?: string
  errors?: FieldError[]
}

function parse(text: string): ProblemBody {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? (body as ProblemBody) : {}
  } catch {
    // A proxy's page, not the API's answer: the status has to do.
    return {}
  }
}

/** An answer with a status of 400 or more, as an error. */
export function problemOf(
  status: number,
  headers: Readonly<Record<string, string | undefined>>,
  text: string,
): ApiProblem {
  const body = parse(text)
  const retryAfterSeconds = Number(headers['retry-after'] ?? Number.NaN)
  return new ApiProblem({
    status,
    code: body.code ?? `HTTP_${status}`,
    detail: body.detail ?? body.title ?? `The server answered with status ${status}.`,
    remedy: body.remedy,
    errors: body.errors,
    retryAfterSeconds: Number.isFinite(retryAfterSeconds) ? retryAfterSeconds : undefined,
  })
}

/**
 * How long to wait before the request is sent again; `undefined` when it must not be. Requests are safe to repeat: reading changes
 * nothing, and actions carry an idempotency key.
 * @param attempt how many there were, from 1
 */
export function retryDelayMs(error: unknown, attempt: number): number | undefined {
  if (error instanceof ApiProblem) {
    const { status, code, retryAfterSeconds } = error
    const mayPass = status === 503 || code === 'TOO_MANY_REQUESTS'
    if (!mayPass || retryAfterSeconds === undefined || retryAfterSeconds > MAX_RETRY_AFTER_SECONDS) return undefined
    return retryAfterSeconds * 1000
  }
  if (!(error instanceof SdkError) || error.code !== 'CONNECTION_FAILED') return undefined
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException
  // A name that does not resolve stays so; anything else may be a restart of the server.
  return code === 'ENOTFOUND' ? undefined : FIRST_DELAY_MS * 2 ** (attempt - 1)
}
