/** Errors as people read them: what happened, which option, what to do. */
import { ApiProblem, SdkError, TaskFailed } from '@basalt/sdk'
import { CliError, EXIT } from '../errors.ts'
import type { Terminal } from '../terminal.ts'
import { kebab, singular } from '../words.ts'
import { printable } from './text.ts'

/** `networks.0.address` → `--network (address)`: the field of the API as the option it came from. */
export function optionOfField(path: string): string {
  if (path === 'q') return '--query'
  const [first = '', ...rest] = path.split('.')
  const inner = rest.filter((part) => !/^\d+$/.test(part))
  const isList = rest.some((part) => /^\d+$/.test(part))
  const option = `--${kebab((isList ? singular(first) : first).replace(/(Bytes|Ms)$/, ''))}`
  return inner.length > 0 ? `${option} (${inner.join('.')})` : option
}

function remedyOf(error: unknown): string | undefined {
  if (error instanceof ApiProblem && error.status === 401)
    return error.code === 'UNAUTHENTICATED' ? 'Your session has ended: basalt login' : error.remedy
  if (error instanceof SdkError && error.code === 'CERTIFICATE_UNTRUSTED')
    return `${error.remedy ?? ''} Log in again with --ca-file FILE or --fingerprint SHA256.`.trim()
  return (error as { remedy?: string }).remedy
}

const isOurs = (error: unknown): error is Error & { code: string } =>
  [ApiProblem, CliError, SdkError, TaskFailed].some((type) => error instanceof type)

const safe = (text: string): string => text.split('\n').map(printable).join('\n')

/** Lines that tell of an error. */
export function errorText(error: unknown): string {
  if (!isOurs(error)) {
    const { message, code } = error as NodeJS.ErrnoException
    return `Error: ${safe(message ?? String(error))}${code ? ` (${code})` : ''}`
  }
  const [first = '', ...rest] = safe(error.message).split('\n')
  const lines = [`Error: ${first} (${error.code})`, ...rest]
  const fields = error instanceof ApiProblem ? error.errors : []
  for (const { field, message, remedy } of fields) {
    lines.push(`  ${optionOfField(field)}: ${safe(message)}`)
    if (remedy) lines.push(`      ${safe(remedy)}`)
  }
  const remedy = remedyOf(error)
  // With fields, the problem's own remedy repeats that of the first.
  if (remedy && !fields.some((each) => each.remedy === remedy)) lines.push(safe(remedy))
  return lines.join('\n')
}

/** Print the error. @returns the exit code */
export function reportError(error: unknown, terminal: Pick<Terminal, 'note'>): number {
  terminal.note(errorText(error))
  if (error instanceof CliError) return error.exitCode
  return error instanceof TaskFailed ? EXIT.taskFailed : EXIT.failed
}
