/** `POST /v1/<kind>/import`: one create for each line of a CSV file; `GET /v1/<kind>/csv-template`: a file to fill in. */
import { type Action, csvTemplatePath, importPath, isImportable, kebab } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Told } from '../bulk/batch.ts'
import { bulkItems } from '../bulk/bulk.settings.ts'
import type { PartResult } from '../bulk/carry-out.ts'
import { tooManyItems } from '../bulk/request.ts'
import { type BulkDeps, countsOf, statusOf } from '../bulk/routes.ts'
import { keyOf, waitOf } from '../http/request-headers.ts'
import type { Route, RouteContext } from '../module.ts'
import { flagOf } from '../query/parameters.ts'
import { CSV_TYPE, csvLine, remarkLine } from './cells.ts'
import { type Header, headerOf } from './columns.ts'
import { type Line, lineOf } from './lines.ts'
import { createNames } from './names.ts'
import { invalidCsv, parseCsv, textOf } from './parse.ts'
import { templateOf } from './template.ts'

/** Each field at fault with the column that it is filled in from. */
function withColumns(problem: Told, { columns }: Header): Told {
  const errors = problem.errors as { field: string }[] | undefined
  const columnOf = (field: string): string | undefined =>
    columns.find((column) => column && (field === column.name || field.startsWith(`${column.name}.`)))?.name
  if (!errors) return problem
  return { ...problem, errors: errors.map((error) => ({ ...error, column: columnOf(error.field) })) }
}

/** A line of the report. */
const reported = (line: number, { task, resource, problem, ...result }: PartResult, header: Header) => ({
  line,
  ...(task || resource ? { id: resource?.id ?? task?.resource } : {}),
  ...result,
  ...(task ? { task } : {}),
  ...(resource ? { resource } : {}),
  ...(problem ? { problem: withColumns(problem, header) } : {}),
})

const bytesOf = ({ body }: RouteContext): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))

async function readLines(slice: Slice, context: RouteContext, { store, settings }: BulkDeps) {
  const [first, ...rows] = parseCsv(textOf(bytesOf(context)))
  if (!first) throw invalidCsv('The file is empty.', 'Begin with the template: its first line names the columns.')
  const header = headerOf(slice.resource, first.cells)
  if (rows.length === 0)
    throw invalidCsv('There is no line below the header.', 'Add a line for each that is to be made.')
  const most = settings.get(bulkItems)
  if (rows.length > most) throw tooManyItems(rows.length, most)
  const names = createNames(store, context.caller)
  const lines: Line[] = []
  for (const row of rows) lines.push(await lineOf(header, row, names))
  return { header, lines }
}

async function importLines(slice: Slice, context: RouteContext, deps: BulkDeps) {
  const { caller, query, request, reply } = context
  const { header, lines } = await readLines(slice, context, deps)
  const dryRun = flagOf('dryRun', query.dryRun) ?? false
  const key = dryRun ? undefined : keyOf(deps.store, { ...context, body: bytesOf(context).toString('base64') })
  const batch = await deps.batches.begin(key, async () => lines.map(({ line }) => String(line)))
  context.charge(lines.length - 1)
  const results = await deps.carryOut({
    slice,
    action: slice.resource.actions.create as Action,
    caller,
    batch,
    key,
    dryRun,
    waitMs: waitOf(request),
    requestFor(_line, index) {
      const { body, problem } = lines[index] as Line
      if (problem) throw problem
      return { body }
    },
  })
  const counts = countsOf(results)
  reply.code(statusOf(counts))
  const items = results.map((result, index) => reported((lines[index] as Line).line, result, header))
  return { items, counts, ignored: header.ignored }
}

export function csvRoutes(slice: Slice, deps: BulkDeps): Route[] {
  const { resource } = slice
  if (!isImportable(resource)) return []
  return [
    {
      method: 'GET',
      path: csvTemplatePath(resource),
      operation: { operationId: `${resource.kind}.csvTemplate` },
      async handle({ reply }) {
        const name = `${kebab(resource.plural)}-template.csv`
        reply.type(CSV_TYPE).header('content-disposition', `attachment; filename="${name}"`)
        const [header, remarks] = templateOf(resource)
        return csvLine(header) + remarkLine(remarks)
      },
    },
    {
      method: 'POST',
      path: importPath(resource),
      body: 'csv',
      operation: { operationId: `${resource.kind}.importCsv` },
      handle: (context) => importLines(slice, context, deps),
    },
  ]
}
