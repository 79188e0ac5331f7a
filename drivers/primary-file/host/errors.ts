import type { PrimaryStorageErrorCode } from '@basalt/contracts'

/** Failure of a storage operation. `remedy` says in words what to do next; `details` are facts for machines. */
export class PrimaryFileError extends Error {
  readonly code: PrimaryStorageErrorCode
  readonly remedy: string
  readonly details?: Record<string, unknown>

  constructor(
    code: PrimaryStorageErrorCode,
    message: string,
    remedy: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'PrimaryFileError'
    this.code = code
    this.remedy = remedy
    this.details = options.details
  }
}

/** The `code` of an error of the operating system (`ENOENT`, `ENOSPC` ...); undefined for every other error. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errno' in error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

export function layerNotFound(layer: string): PrimaryFileError {
  const remedy = 'Refresh the list of layers; the volume or image may be gone.'
  return new PrimaryFileError('LAYER_NOT_FOUND', `There is no layer ${layer} in the pool.`, remedy)
}

export function layerInUse(message: string, remedy: string, cause?: unknown): PrimaryFileError {
  return new PrimaryFileError('LAYER_IN_USE', message, remedy, { cause })
}
