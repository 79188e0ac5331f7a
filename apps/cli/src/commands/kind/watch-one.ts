/** `get --watch`: one resource as it changes, until it is gone or the user has enough. */
import type { Kind } from '@basalt/resource'
import { ApiProblem, type ResourceEvent } from '@basalt/sdk'
import type { Context } from '../../context.ts'
import { labelOf, type Row } from '../../input/references.ts'
import { dataText, type Format, factsOf, isData } from '../../output/format.ts'
import { createScreen } from '../../output/screen.ts'
import { styled } from '../../output/text.ts'
import { untilQuit } from '../../until-quit.ts'
import { follow } from './follow.ts'

/** Shows one version of it; undefined when it is gone. */
type Show = (row: Row | undefined) => Promise<void>

function createShow(context: Context, kind: Kind, format: Format): { show: Show; close(): void } {
  const { terminal } = context
  const foot = terminal.colors ? styled('Live; q ends it.', 'dim') : 'Live; q ends it.'
  if (!isData(format) && terminal.width !== undefined) {
    let last: Row | undefined
    const draw = async (): Promise<void> => {
      if (last) screen.draw([...(await factsOf(context, kind, last)).split('\n'), foot])
    }
    const screen = createScreen(terminal, () => void draw())
    return {
      async show(row) {
        last = row ?? last
        await draw()
      },
      close: screen.close,
    }
  }
  return {
    async show(row) {
      if (!row) return
      const data = format === 'json' ? JSON.stringify(row) : dataText(kind, row, format)
      const text = data ?? [row.updatedAt, labelOf(kind, row), row.state ?? ''].join('  ').trimEnd()
      terminal.print(format === 'yaml' ? `---\n${text}` : text)
    },
    close() {},
  }
}

export async function watchOne(context: Context, kind: Kind, first: Row, format: Format): Promise<void> {
  const cloud = await context.cloud()
  const { show, close } = createShow(context, kind, format)
  let shown = -1
  let isGone = false
  const put = async (row: Row): Promise<void> => {
    const version = Number(row.version ?? 0)
    if (version <= shown) return
    shown = version
    await show(row)
  }
  const follower = {
    async load() {
      await put(await cloud.http.call<Row>('GET', `${kind.path}/${encodeURIComponent(first.id)}`))
    },
    async apply(events: readonly ResourceEvent<Row>[]) {
      for (const { data } of events.filter(({ change }) => change !== 'deleted')) await put(data)
      isGone = events.some(({ change }) => change === 'deleted')
      return !isGone
    },
    onLost() {},
  }
  try {
    await put(first)
    await untilQuit(context.terminal, (signal) =>
      follow(cloud, { kinds: [kind.kind], resource: first.id }, follower, signal),
    )
  } catch (error) {
    // It went while the connection was lost.
    isGone = error instanceof ApiProblem && error.status === 404
    if (!isGone) throw error
  } finally {
    close()
  }
  if (isGone) context.terminal.note(`${kind.title} "${labelOf(kind, first)}" is gone.`)
}
