/** `--watch`: a table that follows the event stream. */
import type { Kind } from '@basalt/resource'
import { collect, type ListQuery, type ResourceEvent } from '@basalt/sdk'
import type { Context } from '../../context.ts'
import { labelOf, type Row } from '../../input/references.ts'
import { columnsOf, dataText, type Format, tableOf } from '../../output/format.ts'
import type { Names } from '../../output/humanize.ts'
import { namesFor } from '../../output/names.ts'

interface WatchOptions {
  format: Format
  columns?: string
  limit?: number
}

/** Rows of a terminal are few; those that changed last matter. */
const MOST = 200
const REDRAW_MS = 100

const matches = (row: Row, { recycled, ...query }: ListQuery): boolean =>
  (typeof row.recycledAt === 'string') === (recycled === true) &&
  Object.entries(query).every(([field, value]) => String(row[field] ?? '') === String(value))

/** Draws over what it drew before. */
function createScreen({ out }: Context['terminal']): (text: string) => void {
  let drawn = 0
  return (text) => {
    const lines = text.split('\n').slice(0, Math.max(2, (out.rows ?? 24) - 1))
    out.write(`${drawn > 0 ? `\u001b[${drawn}A\u001b[J` : ''}${lines.join('\n')}\n`)
    drawn = lines.length
  }
}

async function drawTable(context: Context, kind: Kind, rows: Map<string, Row>, options: WatchOptions) {
  const fields = columnsOf(kind, options.columns)
  const screen = createScreen(context.terminal)
  const cloud = await context.cloud()
  let names: Names = new Map()
  return async (): Promise<void> => {
    const shown = [...rows.values()].slice(0, options.limit ?? MOST)
    names = await namesFor(cloud, context.catalogue, fields, shown, names)
    screen(tableOf(context, kind, fields, shown, names))
  }
}

/** A line a change: for pipes and logs. */
function printChange(
  { terminal }: Context,
  kind: Kind,
  { change, at, data }: ResourceEvent<Row>,
  format: Format,
): void {
  const asData = format === 'json' ? JSON.stringify({ change, at, resource: data }) : dataText(kind, data, format)
  terminal.print(asData ?? [at, change, labelOf(kind, data), data.state ?? ''].join('  ').trimEnd())
}

/** Runs until it is interrupted. */
export async function watchRows(context: Context, kind: Kind, query: ListQuery, options: WatchOptions): Promise<void> {
  const { terminal } = context
  const cloud = await context.cloud()
  const rows = new Map<string, Row>()
  const isLive = options.format === 'table' && terminal.width !== undefined
  const draw = isLive ? await drawTable(context, kind, rows, options) : async () => {}
  let drawing: Promise<void> = Promise.resolve()
  let isPending = false
  const redraw = (): void => {
    if (isPending) return
    isPending = true
    setTimeout(() => {
      isPending = false
      drawing = drawing.then(draw)
    }, REDRAW_MS)
  }

  const load = async (): Promise<void> => {
    const found = await collect(cloud.http.list<Row>(kind.path, { ...query, limit: MOST }), MOST)
    rows.clear()
    for (const row of found) rows.set(row.id, row)
    redraw()
  }
  const apply = (event: ResourceEvent<Row>): void => {
    const known = rows.has(event.resource)
    if (event.change !== 'deleted' && matches(event.data, query)) {
      // New ones on top, as in the list.
      const rest = known ? [] : [...rows]
      if (!known) rows.clear()
      rows.set(event.resource, event.data)
      for (const [id, row] of rest) rows.set(id, row)
    } else if (!rows.delete(event.resource)) return
    if (isLive) redraw()
    else printChange(context, kind, event, options.format)
  }

  if (!isLive) await load()
  // What the list says is loaded again whenever the stream was lost, so that nothing is missed.
  const onOpen = (): void => void (isLive && load().catch((error: unknown) => stop.abort(error)))
  const stop = new AbortController()
  const filter = { kinds: [kind.kind], onOpen, signal: stop.signal }
  for await (const event of cloud.events(filter) as AsyncIterable<ResourceEvent<Row>>) apply(event)
  throw stop.signal.reason
}
