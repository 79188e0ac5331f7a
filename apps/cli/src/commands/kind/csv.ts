/** `basalt <kind> list --csv`, `import` and `csv-template`: lists and creates as CSV files. */
import { readFile } from 'node:fs/promises'
import type { Kind } from '@basalt/resource'
import { type Cloud, type ImportAnswer, type ImportLine, type ListQuery, withQuery } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { EXIT, usageError } from '../../errors.ts'
import { type Cell, renderTable } from '../../output/table.ts'
import { toYaml } from '../../output/yaml.ts'
import { readAll } from '../../terminal.ts'
import { kebab } from '../../words.ts'
import { addGlobalOptions, outputOption } from '../common.ts'
import { waitForTasks } from '../wait-for-tasks.ts'

const CSV = 'text/csv'

/** Writes the list as it comes; who reads it sets the pace. */
export async function printCsv({ terminal }: Context, cloud: Cloud, kind: Kind, query: ListQuery): Promise<void> {
  const answer = await cloud.http.stream('GET', kind.path, { query, headers: { accept: CSV } })
  for await (const chunk of answer.chunks())
    if (!terminal.out.write(chunk)) await new Promise((resolve) => terminal.out.once('drain', resolve))
}

interface ImportOptions {
  output: 'table' | 'json' | 'yaml'
  dryRun?: boolean
  wait?: boolean
}

async function textOf(file: string, { terminal }: Context): Promise<string> {
  if (file === '-') return readAll(terminal.in)
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${file} cannot be read (${error.code}).`, 'Check the path; "-" reads standard input.')
  })
}

/** What is wrong with a line, column by column. */
function troubleOf({ problem }: ImportLine): string {
  if (!problem) return ''
  const { errors = [], detail, code } = problem
  if (errors.length === 0) return `${detail} (${code})`
  return errors.map(({ column, field, message }) => `${column ?? field}: ${message}`.replace(/^: /, '')).join('; ')
}

function resultOf(line: ImportLine, { dryRun }: ImportOptions, ended?: ReadonlySet<string>): Cell {
  if (line.problem) return { text: 'refused', style: 'red' }
  if (dryRun) return { text: 'possible', style: 'green' }
  if (line.task && !ended) return { text: 'under way', style: 'yellow' }
  return line.task && !ended?.has(line.task.id) ? { text: 'failed', style: 'red' } : { text: 'made', style: 'green' }
}

/** What a create shows once, under the table: nobody is shown it again. */
function printRevealed({ terminal }: Context, kind: Kind, { items }: ImportAnswer): void {
  const reveals = kind.actions.find(({ name }) => name === 'create')?.reveals ?? []
  for (const { line, resource } of items)
    if (resource && reveals.length > 0)
      terminal.print(
        `line ${line}: ${reveals.map(({ name }) => `${name}=${(resource as Record<string, unknown>)[name]}`).join(' ')}`,
      )
}

function print(
  context: Context,
  kind: Kind,
  answer: ImportAnswer,
  options: ImportOptions,
  ended?: ReadonlySet<string>,
): void {
  const { terminal } = context
  const rows = answer.items.map((line) => [
    { text: String(line.line) },
    resultOf(line, options, ended),
    { text: line.problem ? troubleOf(line) : String(line.id ?? '') },
  ])
  terminal.print(renderTable(['LINE', 'RESULT', 'DETAIL'], rows, { width: terminal.width, colors: terminal.colors }))
  printRevealed(context, kind, answer)
  if (answer.ignored.length > 0) terminal.note(`Columns that were not needed: ${answer.ignored.join(', ')}.`)
}

async function importFile(context: Context, kind: Kind, file: string, options: ImportOptions): Promise<void> {
  const csv = await textOf(file, context)
  const cloud = await context.cloud()
  const path = withQuery(`${kind.path}/import`, { dryRun: options.dryRun })
  const answer = await cloud.http.call<ImportAnswer>('POST', path, csv, { contentType: CSV, timeoutMs: 300_000 })
  const tasks = answer.items.flatMap(({ task }) => task ?? [])
  const succeeded = options.wait ? await waitForTasks(context, cloud, tasks) : undefined
  if (options.output === 'json') context.terminal.print(JSON.stringify(answer, null, 2))
  else if (options.output === 'yaml') context.terminal.print(toYaml(answer as unknown as Record<string, unknown>))
  else print(context, kind, answer, options, succeeded && new Set(succeeded.map(({ id }) => id)))
  const { refused, total } = answer.counts
  if (refused === 0) return
  context.terminal.note(`${refused} of ${total} lines refused.`)
  context.exitCode ||= EXIT.failed
}

/** @param known words of commands that the kind has already */
export function addCsv(parent: Command, context: Context, kind: Kind, known: ReadonlySet<string>): void {
  if (!kind.imports) return
  const plural = kebab(kind.plural).replaceAll('-', ' ')
  if (!known.has('import')) {
    const command = parent
      .command('import')
      .description(`Create ${plural} from a CSV file, one a line; exit code ${EXIT.failed} when a line is refused.`)
      .argument('<file>', 'The file; "-" reads standard input.')
      .option('--dry-run', 'Only tell what would be refused; nothing is made.')
      .option('--wait', `Wait until all are there; exit code ${EXIT.taskFailed} when one fails.`)
      .addOption(outputOption(['table', 'json', 'yaml']))
      .action((file: string, options: ImportOptions) => importFile(context, kind, file, options))
    addGlobalOptions(command)
  }
  if (known.has('csv-template')) return
  const template = parent
    .command('csv-template')
    .description('Print a CSV file to fill in for an import: the columns, and a remark on each.')
    .action(async () => {
      const cloud = await context.cloud()
      const answer = await cloud.http.stream('GET', `${kind.path}/csv-template`, { headers: { accept: CSV } })
      context.terminal.out.write(await answer.text())
    })
  addGlobalOptions(template)
}
