/** What can go wrong between a program and the cloud. Everything carries a stable `code` and, where there is one, a remedy. */

/** One field of a request that was refused. */
export interface FieldError {
  field: string
  message: string
  remedy?: string
}

/** What the API answers when it refuses a request: RFC 9457 problem details. */
export class ApiProblem extends Error {
  readonly status: number
  /** Stable, for programs, e.g. `NOT_FOUND`. */
  readonly code: string
  readonly remedy?: string
  readonly errors: readonly FieldError[]
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number

  constructor(problem: {
    status: number
    code: string
    detail: string
    remedy?: string
    errors?: readonly FieldError[]
    retryAfterSeconds?: number
  }) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.status = problem.status
    this.code = problem.code
    this.remedy = problem.remedy
    this.errors = problem.errors ?? []
    this.retryAfterSeconds = problem.retryAfterSeconds
  }

  /** What happened, in words; the same as `message`. */
  get detail(): string {
    return this.message
  }
}

export type SdkErrorCode =
  | 'BAD_OPTIONS'
  | 'CERTIFICATE_UNTRUSTED'
  | 'CONNECTION_FAILED'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_THE_API'
  | 'RESOURCE_GONE'

/** The request did not reach the API, or its answer did not reach us. */
export class SdkError extends Error {
  readonly code: SdkErrorCode
  readonly remedy?: string

  constructor(code: SdkErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'SdkError'
    this.code = code
    this.remedy = options.remedy
  }
}

/** A task as far as errors tell of it. */
interface EndedTask {
  id: string
  action: string
  name: string
  state: string
  cause?: { code: string; message: string; remedy?: string | null } | null
}

/** A task that one waited for failed or was cancelled; `code` and `remedy` are those of its cause. */
export class TaskFailed<T extends EndedTask = EndedTask> extends Error {
  readonly task: T
  readonly code: string
  readonly remedy?: string

  constructor(task: T) {
    super(task.cause?.message ?? `The task "${task.name}" was ${task.state}.`)
    this.name = 'TaskFailed'
    this.task = task
    this.code = task.cause?.code ?? `TASK_${task.state.toUpperCase()}`
    this.remedy = task.cause?.remedy ?? undefined
  }
}
