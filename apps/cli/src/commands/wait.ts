/** `basalt wait`: until resources are as one wants them. */
import type { Kind, KindField } from '@basalt/resource'
import { type Cloud, type ResourceEvent, SdkError, type Task, waitForRow } from '@basalt/sdk'
import type { Command } from 'commander'
import { spoken } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { createReferences, labelOf, type References, type Row } from '../input/references.ts'
import { wordValue } from '../input/values.ts'
import { createProgress, type Progress, taskLine } from '../output/progress.ts'
import { kebab, optionName } from '../words.ts'
import { addGlobalOptions } from './common.ts'
import { completeWait } from './completion/wait.ts'
import { findKind } from './explain/find.ts'
import { parseTimeout } from './wait-for-tasks.ts'

/** What is waited for: that it is gone, or that a field has a value. */
interface Condition {
  text: string
  holds(row: Row): boolean
  /** State that it is about. */
  state?: unknown
}

const GONE = 'deleted'
const DEFAULT_MS = 600_000

const isDeleted = (row: Row): boolean => typeof row.recycledAt === 'string'

/** `state=running`, `host!=` (has one), `enabled=true`. */
async function conditionOf(kind: Kind, text: string, references: References): Promise<Condition> {
  if (text === GONE) return { text, holds: isDeleted }
  const [, name = '', not = '', word = ''] = /^([^=!]+)(!?)=(.*)$/s.exec(text) ?? []
  const named = (field: KindField): boolean => [field.name, kebab(field.name), optionName(field)].includes(name)
  const field = kind.fields.find(named)
  if (!field)
    throw usageError(
      `--for: "${text}" is not understood.`,
      `Write ${GONE}, field=value or field!=value with one of: ${kind.fields.map((each) => each.name).join(', ')}.`,
    )
  const deps = { resolve: references.id, readInput: async () => '' }
  const value = word === '' ? null : await wordValue(field, word, `--for ${name}`, deps)
  const isSame = (row: Row): boolean => (row[field.name] ?? null) === value
  return {
    text,
    holds: not ? (row) => !isSame(row) : isSame,
    state: field.type === 'state' && !not ? value : undefined,
  }
}

interface Waiting {
  context: Context
  cloud: Cloud
  kind: Kind
  conditions: readonly Condition[]
  timeoutMs: number
  progress: Progress
}

/** A state that nothing leads out of by itself, unless it is the one that is wanted. */
function refuseBroken({ kind, conditions }: Waiting, row: Row): void {
  const state = String(row.state ?? '')
  if (!kind.failedStates.includes(state) || conditions.some((each) => each.state === state)) return
  const { message = '', remedy } = (row.cause ?? {}) as { message?: string; remedy?: string }
  throw new CliError('WAITED_IN_VAIN', `The ${spoken(kind)} "${labelOf(kind, row)}" is ${state}. ${message}`.trim(), {
    remedy: remedy ?? `basalt ${kebab(kind.kind)} get ${row.id}`,
    exitCode: EXIT.taskFailed,
  })
}

async function waitForOne(waiting: Waiting, row: Row): Promise<void> {
  const { context, cloud, kind, conditions, timeoutMs, progress } = waiting
  const label = `${kind.title} "${labelOf(kind, row)}"`
  const wantsGone = conditions.some(({ text }) => text === GONE)
  const predicate = (now: Row): boolean => {
    if (conditions.every(({ holds }) => holds(now))) return true
    refuseBroken(waiting, now)
    progress.show(`${label} is ${now.state ?? 'there'}; waiting for ${conditions.map(({ text }) => text).join(', ')}`)
    return false
  }
  try {
    const options = { kind: kind.kind, path: kind.path, id: row.id, predicate, timeoutMs, orGone: wantsGone }
    await waitForRow<Row>(cloud.http, options)
  } catch (error) {
    if (!(error instanceof SdkError) || error.code !== 'DEADLINE_EXCEEDED') throw error
    throw new CliError(
      'WAITED_IN_VAIN',
      `${label}: time ran out before ${conditions.map(({ text }) => text).join(', ')}.`,
      {
        remedy: `See how it is: basalt ${kebab(kind.kind)} get ${row.id}`,
        exitCode: EXIT.timedOut,
        cause: error,
      },
    )
  } finally {
    progress.clear()
  }
  context.terminal.print(`${label}: ${conditions.map(({ text }) => text).join(', ')}.`)
}

/** Tasks of these resources, as they go on. */
async function showTasks(cloud: Cloud, ids: ReadonlySet<string>, progress: Progress, signal: AbortSignal) {
  const stream = cloud.events({ kinds: ['task'], signal }) as AsyncIterable<ResourceEvent<Task>>
  for await (const { data } of stream) if (ids.has(data.resource) && !data.finishedAt) progress.show(taskLine(data))
}

/** By name or id; one that is gone already is all that is wanted, where that is what is waited for. */
async function rowsOf(
  { terminal }: Context,
  references: References,
  kind: Kind,
  words: readonly string[],
  wantsGone: boolean,
): Promise<Row[]> {
  const found = words.map((word) =>
    references.row(kind, word).catch((error: unknown) => {
      if (!wantsGone || (error as { code?: string }).code !== 'NOT_FOUND') throw error
      terminal.print(`${kind.title} "${word}": ${GONE}.`)
      return undefined
    }),
  )
  return (await Promise.all(found)).filter((row) => row !== undefined)
}

interface WaitOptions {
  for: string[]
  timeout?: number
}

async function wait(context: Context, word: string, names: readonly string[], options: WaitOptions): Promise<void> {
  const kind = findKind(context.catalogue, word)
  const cloud = await context.cloud()
  const references = createReferences(cloud, context.catalogue)
  const conditions = await Promise.all(options.for.map((text) => conditionOf(kind, text, references)))
  const rows = await rowsOf(context, references, kind, names, options.for.includes(GONE))
  const progress = createProgress(context.terminal)
  const over = new AbortController()
  const tasks = showTasks(cloud, new Set(rows.map(({ id }) => id)), progress, over.signal)
  // They are a pleasure to see, nothing more: who cannot see tasks waits all the same.
  tasks.catch(() => {})
  const waiting = { context, cloud, kind, conditions, timeoutMs: options.timeout ?? DEFAULT_MS, progress }
  try {
    await Promise.all(rows.map((row) => waitForOne(waiting, row)))
  } finally {
    over.abort()
    progress.clear()
  }
}

export function addWait(program: Command, context: Context): void {
  const command = program
    .command('wait')
    .description('Wait until resources are as you want them; Ctrl-C ends the waiting and changes nothing.')
    .argument('<kind>', 'E.g. vm.')
    .argument('<name...>', 'Names or ids.')
    .requiredOption('--for <condition...>', `field=value, field!=value or ${GONE}; all of them.`)
    .option(
      '--timeout <duration>',
      `No longer than this, e.g. 60s; exit code ${EXIT.timedOut} then. Default 10m.`,
      parseTimeout,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  basalt wait vm web --for state=running --timeout 60s\n  basalt wait volume data --for deleted',
    )
    .action((word: string, names: string[], options: WaitOptions) => wait(context, word, names, options))
  completeWait(command)
  addGlobalOptions(command)
}
