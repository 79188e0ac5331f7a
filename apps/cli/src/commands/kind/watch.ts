/** `list --watch`: a table that follows the event stream on a terminal, a line for each change elsewhere. */
import type { Kind } from '@basalt/resource'
import { type ListQuery, SdkError } from '@basalt/sdk'
import { spoken } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import { labelOf } from '../../input/references.ts'
import { columnsOf, dataText, type Format, isData, tableOf } from '../../output/format.ts'
import type { Names } from '../../output/humanize.ts'
import { namesFor } from '../../output/names.ts'
import { createScreen } from '../../output/screen.ts'
import { printable, styled } from '../../output/text.ts'
import { untilQuit } from '../../until-quit.ts'
import { follow } from './follow.ts'
import { type Change, createWatchedRows, type WatchedRows } from './watched-rows.ts'

interface WatchOptions {
  format: Format
  columns?: string
  limit?: number
}

/** What shows the rows. */
interface View {
  /** All rows may be others than before. */
  loaded(): void
  changed(changes: readonly Change[]): void
  lost(): void
  close(): Promise<void>
}

/** Often enough to look alive, seldom enough to be read. */
const REDRAW_MS = 100
/** `3m ago` grows old. */
const AGE_MS = 10_000

const footer = (lost: boolean, count: number, what: string): string =>
  lost ? 'The connection was lost; trying again. q ends it.' : `${count} ${what}. Live; q ends it.`

async function tableView(
  context: Context,
  kind: Kind,
  watched: WatchedRows,
  options: WatchOptions,
  fail: (error: unknown) => void,
): Promise<View> {
  const { terminal, catalogue } = context
  const fields = columnsOf(kind, options.columns)
  const cloud = await context.cloud()
  let names: Names = new Map()
  let isLost = false
  let drawing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function draw(): Promise<void> {
    const rows = watched.all().slice(0, options.limit)
    names = await namesFor(cloud, catalogue, fields, rows, names).catch((error: unknown) => {
      // While the connection is lost ids have to do; the footer says that it is lost.
      if (error instanceof SdkError) return names
      throw error
    })
    const { text } = tableOf(context, kind, fields, rows, names)
    const foot = footer(isLost, rows.length, rows.length === 1 ? spoken(kind) : kind.plural)
    screen.draw([...text.split('\n'), terminal.colors ? styled(foot, 'dim') : foot])
  }
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      drawing = drawing.then(draw).catch(fail)
    }, REDRAW_MS)
  }
  const screen = createScreen(terminal, soon)
  const ageing = setInterval(soon, AGE_MS)
  return {
    loaded() {
      isLost = false
      soon()
    },
    changed: soon,
    lost() {
      isLost = true
      soon()
    },
    async close() {
      clearInterval(ageing)
      clearTimeout(timer)
      await drawing
      screen.close()
    },
  }
}

/** A line a change: for pipes and logs. */
function lineView({ terminal }: Context, kind: Kind, { format }: WatchOptions): View {
  const textOf = ({ change, at, row }: Change): string => {
    if (format === 'json') return JSON.stringify({ change, at, resource: row })
    if (format === 'yaml') return `---\n${dataText(kind, row, format)}`
    return (
      dataText(kind, row, format) ?? printable([at, change, labelOf(kind, row), row.state ?? ''].join('  ').trimEnd())
    )
  }
  return {
    loaded() {},
    changed: (changes) => changes.map(textOf).forEach(terminal.print),
    lost() {},
    close: async () => {},
  }
}

/** Runs until the user ends it. */
export async function watchRows(context: Context, kind: Kind, query: ListQuery, options: WatchOptions): Promise<void> {
  const { terminal } = context
  const cloud = await context.cloud()
  const watched = createWatchedRows(cloud, kind, query)
  // A query that is wrong is told before the screen is taken.
  await watched.load()
  const broken = new AbortController()
  const fail = (error: unknown): void => broken.abort(error)
  const isLive = !isData(options.format) && terminal.width !== undefined
  const view = isLive ? await tableView(context, kind, watched, options, fail) : lineView(context, kind, options)
  let isFirst = true
  const follower = {
    async load() {
      // Lines tell every change: after a lost connection the stream goes on where it was.
      if (isLive || isFirst) await watched.load()
      isFirst = false
      view.loaded()
    },
    async apply(events: Parameters<WatchedRows['apply']>[0]) {
      const changes = await watched.apply(events)
      // Where a changed one belongs in an order of its own, the server says.
      if (isLive && query.sort !== undefined && changes.length > 0) await watched.load()
      view.changed(changes)
      return true
    },
    onLost: view.lost,
  }
  try {
    await untilQuit(terminal, (signal) =>
      follow(cloud, { kinds: [kind.kind] }, follower, AbortSignal.any([signal, broken.signal])),
    )
  } finally {
    await view.close()
  }
  broken.signal.throwIfAborted()
}
