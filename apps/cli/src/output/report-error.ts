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
  return (error as { remedy?: string }).remedy
}

const isOurs = (error: unknown): error is Error & { code: string } =>
  [ApiProblem, CliError, SdkError, TaskFailed].some((type) => error instanceof type)

const safe = (text: string): string => text.split('\n').map(printable).join('\n')

const UNREACHABLE = new Set(['CERTIFICATE_UNTRUSTED', 'CONNECTION_FAILED', 'DEADLINE_EXCEEDED', 'NOT_THE_API'])

const foreignText = ({ message, code }: NodeJS.ErrnoException, error: unknown): string =>
  `Error: ${safe(message ?? String(error))}${code ? ` (${code})` : ''}`

/** What was refused, field by field. One whose message says all there is to say stands for the whole. */
function problemLines({ message, code, errors }: ApiProblem): string[] {
  const [only] = errors
  if (errors.length === 1 && only && message.includes(only.message.split('\n', 1)[0] ?? '')) {
    const [first = '', ...rest] = safe(only.message).split('\n')
    return [
      `Error: ${optionOfField(only.field)}: ${first} (${code})`,
      ...rest,
      ...(only.remedy ? [safe(only.remedy)] : []),
    ]
  }
  const fields = errors.flatMap(({ field, message: text, remedy }) => [
    `  ${optionOfField(field)}: ${safe(text)}`,
    ...(remedy ? [`      ${safe(remedy)}`] : []),
  ])
  return [`Error: ${safe(message)} (${code})`, ...fields]
}

/** Lines that tell of an error. */
export function errorText(error: unknown): string {
  if (!isOurs(error)) return foreignText(error as NodeJS.ErrnoException, error)
  const fields = error instanceof ApiProblem ? error.errors : []
  const [first = '', ...rest] = safe(error.message).split('\n')
  const lines = error instanceof ApiProblem ? problemLines(error) : [`Error: ${first} (${error.code})`, ...rest]
  const remedy = remedyOf(error)
  // With fields, the problem's own remedy repeats that of the first.
  if (remedy && !fields.some((each) => each.remedy === remedy)) lines.push(safe(remedy))
  return lines.join('\n')
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode
  if (error instanceof TaskFailed) return EXIT.taskFailed
  return error instanceof SdkError && UNREACHABLE.has(error.code) ? EXIT.unreachable : EXIT.failed
}

/** Print the error. @returns the exit code */
export function reportError(error: unknown, terminal: Pick<Terminal, 'note'>): number {
  terminal.note(errorText(error))
  return exitCodeOf(error)
}
