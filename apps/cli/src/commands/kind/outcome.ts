/** What an action came to, printed. */
import type { Kind, KindAction } from '@basalt/resource'
import { ApiProblem, type Cloud, type Task } from '@basalt/sdk'
import type { Context } from '../../context.ts'
import { labelOf, type Row } from '../../input/references.ts'
import { dataText, type Format, isData, printRow } from '../../output/format.ts'
import { toYaml } from '../../output/yaml.ts'

/** What is said of the resource, to begin a sentence: `Network "n1"`. */
const called = (kind: Kind, row: Row): string => `${kind.title} "${labelOf(kind, row)}"`

function sentence(kind: Kind, action: KindAction, row: Row): string {
  if (action.name === 'delete' && typeof row.recycledAt === 'string')
    return `${called(kind, row)} is in the recycle bin.`
  if (action.name === 'delete' || action.name === 'expunge') return `${called(kind, row)} is gone.`
  if (action.to && typeof row.state === 'string') return `${called(kind, row)} is ${row.state}.`
  return `${called(kind, row)}: ${action.title.toLowerCase()} done.`
}

/** A short action is done. @param answer absent when it was deleted */
export async function printDone(
  context: Context,
  kind: Kind,
  action: KindAction,
  row: Row,
  answer: Row | undefined,
  format: Format,
): Promise<void> {
  if (isData(format)) return context.terminal.print(dataText(kind, answer ?? row, format) ?? '')
  if (answer && (action.name === 'create' || action.reveals)) {
    const { reveals = [] } = action
    await printRow(context, { ...kind, fields: [...kind.fields, ...reveals] }, answer, format)
    const names = reveals.map(({ title }) => title.toLowerCase()).join(' and ')
    if (names) context.terminal.note(`Keep the ${names}: nobody is shown it again.`)
    return
  }
  context.terminal.print(sentence(kind, action, answer ?? row))
}

/** A task was accepted, and nobody waits for it. */
export function printAccepted({ terminal }: Context, kind: Kind, task: Task, row: Row, format: Format): void {
  const asTask = format === 'json' ? JSON.stringify(task, null, 2) : format === 'yaml' ? toYaml(task) : undefined
  const asData = asTask ?? dataText(kind, row, format)
  if (asData !== undefined) {
    terminal.print(asData)
    return
  }
  terminal.print(`${called(kind, row)}: ${task.action} is under way as task ${task.id}.`)
  if (terminal.interactive) terminal.note(`Follow it with: basalt task watch ${task.id}   (next time: --wait)`)
}

/** A task has succeeded. */
export async function printFinished(
  context: Context,
  cloud: Cloud,
  kind: Kind,
  action: KindAction,
  task: Task,
  row: Row,
  format: Format,
): Promise<void> {
  const path = `${kind.path}/${task.resource}`
  const now = await cloud.http.call<Row>('GET', path).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.status === 404) return undefined
    throw error
  })
  await printDone(context, kind, action, row, now, format)
}
