/** `basalt <kind> create|update|delete|<action>`: one command for each action that the API tells of. */
import type { Kind, KindAction } from '@basalt/resource'
import type { Cloud, Task } from '@basalt/sdk'
import type { Argument, Command } from 'commander'
import { spoken } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { exampleOf } from '../../input/example.ts'
import { addOperands, givenOperands, takesOperands } from '../../input/operands.ts'
import { addFieldOptions, bodyOf, type Given } from '../../input/options.ts'
import { createReferences, type Row } from '../../input/references.ts'
import { reportError } from '../../output/report-error.ts'
import { kebab } from '../../words.ts'
import { addGlobalOptions, outputOption } from '../common.ts'
import { completes, namesOf } from '../completion/offers.ts'
import { operandValues } from '../completion/operands.ts'
import { addWaitOptions, waitForTasks } from '../wait-for-tasks.ts'
import { actOnMany, addManyOptions, confirmMany, type ManyOptions, matching } from './bulk.ts'
import { type CascadeOptions, deleteWithAll } from './cascade.ts'
import { confirmDanger } from './confirm.ts'
import { inputDeps } from './input-deps.ts'
import { printAccepted, printDone, printFinished } from './outcome.ts'

/** State of what lies in the recycle bin. */
const RECYCLED = 'recycled'

type ActOptions = Given & CascadeOptions & ManyOptions

interface Deed {
  context: Context
  cloud: Cloud
  kind: Kind
  action: KindAction
  body: Record<string, unknown> | undefined
  options: ActOptions
}

/** Send the request. @returns the task of a long action; undefined when it is done */
async function perform(deed: Deed, row: Row): Promise<Task | undefined> {
  const { context, cloud, kind, action, body, options } = deed
  const path = action.path.replace('{id}', encodeURIComponent(row.id))
  const answer = await cloud.http.call<Row | Task | undefined>(action.method, path, body)
  if (action.long) return answer as Task
  await printDone(context, kind, action, row, answer as Row | undefined, options.output)
  return undefined
}

async function conclude(deed: Deed, tasks: readonly { task: Task; row: Row }[]): Promise<void> {
  const { context, cloud, kind, action, options } = deed
  if (!options.wait) {
    for (const { task, row } of tasks) printAccepted(context, kind, task, row, options.output)
    return
  }
  const finished = await waitForTasks(
    context,
    cloud,
    tasks.map(({ task }) => task),
    options.waitTimeout,
  )
  for (const task of finished) {
    const row = tasks.find((each) => each.task.id === task.id)?.row ?? { id: task.resource }
    await printFinished(context, cloud, kind, action, task, row, options.output)
  }
}

async function create(deed: Deed): Promise<void> {
  const { body } = deed
  const row: Row = { id: '', ...body }
  const task = await perform(deed, row)
  if (task) await conclude(deed, [{ task, row: { ...row, id: task.resource } }])
}

/** One that is refused does not keep the others. */
async function actOn(deed: Deed, rows: readonly Row[]): Promise<void> {
  const { context } = deed
  const tasks: { task: Task; row: Row }[] = []
  for (const row of rows) {
    try {
      const task = await perform(deed, row)
      if (task) tasks.push({ task, row })
    } catch (error) {
      if (rows.length === 1) throw error
      context.exitCode = reportError(error, context.terminal)
    }
  }
  if (tasks.length > 0) await conclude(deed, tasks)
}

/** A name can be given without `--name`. */
const takesName = (action: KindAction): boolean =>
  action.name === 'create' && action.input.some((field) => field.name === 'name')

async function run(
  context: Context,
  kind: Kind,
  action: KindAction,
  words: readonly string[],
  options: ActOptions,
): Promise<void> {
  const cloud = await context.cloud()
  const references = createReferences(cloud, context.catalogue)
  const place = kind.recycles && action.from?.includes(RECYCLED) ? 'bin' : 'list'
  const selects = action.bulk && options.filter !== undefined
  if (selects === words.length > 0 && action.name !== 'create')
    throw usageError('Give names or ids, or --filter.', 'One of the two says which ones are meant.')
  const rows =
    action.name === 'create'
      ? []
      : selects
        ? await matching(cloud, kind, String(options.filter), place)
        : await Promise.all(words.map((word) => references.row(kind, word, place)))
  if (selects && rows.length === 0) return context.terminal.note(`There is no ${spoken(kind)} for which that holds.`)
  if (options.cascade || options.preview) return deleteWithAll(context, kind, action, rows, options)
  const given = action.name === 'create' && words[0] !== undefined ? { name: words[0], ...options } : options
  const body = await bodyOf(kind, action, given, inputDeps(context, cloud, references), rows[0])
  if (selects && !options.dryRun) await confirmMany(context, kind, action, rows, options.yes ?? false)
  else if (!options.dryRun) await confirmDanger(context, kind, action, rows, options.yes ?? false)
  if (action.bulk && (rows.length > 1 || selects || options.dryRun))
    return actOnMany(context, cloud, { kind, action, body, options }, rows)
  const deed: Deed = { context, cloud, kind, action, body, options }
  await (action.name === 'create' ? create(deed) : actOn(deed, rows))
}

function describe(kind: Kind, action: KindAction): string {
  const from = action.from ? ` Possible when the ${spoken(kind)} is ${action.from.join(' or ')}.` : ''
  return `${action.doc}${from}`
}

/** Only those that it can be done to now; then what further words stand for. */
function completeArguments(command: Command, kind: Kind, action: KindAction): void {
  if (action.name === 'create') return
  const [resource, ...operands] = command.registeredArguments
  const states = action.from?.filter((state) => state !== RECYCLED) ?? []
  const isFromBin = kind.recycles && action.from?.includes(RECYCLED)
  const q = states.length > 0 ? `state in (${states.join(', ')})` : undefined
  completes(resource as Argument, namesOf(kind, isFromBin && !q ? { recycled: true } : { q }))
  operands.forEach((operand, at) => {
    completes(operand, operandValues(action, at))
  })
}

export function addAction(parent: Command, context: Context, kind: Kind, action: KindAction): void {
  const command = parent.command(kebab(action.name)).summary(action.doc).description(describe(kind, action))
  if (takesName(action)) command.argument('[name]', 'Its name; the same as --name.')
  else if (takesOperands(action)) {
    command.argument(`<${kebab(kind.kind)}>`, 'Name or id.')
    addOperands(command, action)
  } else if (action.bulk) command.argument(`[${kebab(kind.kind)}...]`, 'Name or id, one or several; or --filter.')
  else if (action.name !== 'create') command.argument(`<${kebab(kind.kind)}...>`, 'Name or id, one or several.')
  addFieldOptions(command, action.input)
  if (action.input.length > 0)
    command.option(
      '--body <file>',
      'JSON object with fields of the input; "-" reads standard input. Options win over it.',
    )
  if (action.name === 'delete')
    command
      .option('--cascade', 'With what it has, for good: shows what goes, asks, and deletes all of it as one task.')
      .option('--preview', 'Only show what would go with it, and what forbids that.')
  if (action.long || action.name === 'delete') addWaitOptions(command)
  if (!takesOperands(action)) addManyOptions(command, kind, action)
  if (action.danger) command.option('-y, --yes', 'Do not ask whether you are sure.')
  command.addOption(outputOption()).addHelpText('after', `\nExample:\n  ${exampleOf(kind, action)}`)
  addGlobalOptions(command)
  completeArguments(command, kind, action)
  // The arguments come first, then the options, then the command itself.
  command.action((...all: unknown[]) => {
    const [first, ...operands] = all.slice(0, -2) as (string | string[] | undefined)[]
    const words = [first].flat().filter((word) => word !== undefined)
    const options = { ...(all.at(-2) as ActOptions), ...givenOperands(action, operands) }
    return run(context, kind, action, words, options)
  })
}
