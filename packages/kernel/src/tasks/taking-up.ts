/** Tasks that a former life of this node, or another node, left open: read, and carried on from where their journals stand. */
import type { JournalEntry } from '@basalt/saga'
import { chunks } from '../chunks.ts'
import type { Store } from '../store.ts'
import type { TaskRow } from './row.ts'

export interface TakingUpDeps {
  store: Store
  /** Name of this control-plane node. */
  node: string
  begin(task: TaskRow, entries: readonly JournalEntry[]): void
  onQueued(tasks: readonly TaskRow[]): void
}

/**
 * @param ids in the order in which they are to go on
 * @param ready what they need comes back until it resolves; they are read meanwhile
 */
export type TakeUp = (ids: readonly string[], ready?: Promise<unknown>) => Promise<void>

/**
 * Tasks that begin together. The next ones are looked up behind what these look up first, so that thousands come in no faster than they
 * get their answers, and requests are served in between.
 */
const PORTION = 200

interface Left {
  row: TaskRow
  entries: JournalEntry[]
}

export function createTakeUp({ store, node, begin, onQueued }: TakingUpDeps): TakeUp {
  const { database } = store

  async function entriesOf(ids: readonly string[]): Promise<Map<string, JournalEntry[]>> {
    const rows = await database.lookUp<Record<string, unknown> & JournalEntry & { task: string }>(
      'select task, index, event, step, output, error from journal where task = any($1::uuid[]) order by task, index',
      [ids],
    )
    const byTask = new Map<string, JournalEntry[]>(ids.map((id) => [id, []]))
    for (const { task, ...entry } of rows) byTask.get(task)?.push(entry)
    return byTask
  }

  async function read(ids: readonly string[]): Promise<Left[]> {
    const rows = await store.all<TaskRow>('task', { id: ids, node })
    const byId = new Map(rows.map((row) => [row.id, row]))
    const entries = await entriesOf(ids)
    return ids.flatMap((id) => {
      const row = byId.get(id)
      return row ? [{ row, entries: entries.get(id) ?? [] }] : []
    })
  }

  /** Of those that were read the ones that are open still, and as they were: another node may have taken one over meanwhile. */
  async function open(left: readonly Left[]): Promise<Left[]> {
    const rows = await database.lookUp<{ id: string; epoch: number }>(
      'select id, epoch from task where id = any($1::uuid[]) and node = $2 and finished_at is null',
      [left.map(({ row }) => row.id), node],
    )
    const epochs = new Map(rows.map(({ id, epoch }) => [id, epoch]))
    return left.filter(({ row }) => epochs.get(row.id) === row.epoch)
  }

  return async (ids, ready) => {
    const left: Left[][] = []
    for (const portion of chunks(ids, PORTION)) left.push(await read(portion))
    await ready
    const queued: TaskRow[] = []
    for (const portion of left)
      for (const { row, entries } of await open(portion)) {
        if (row.state === 'queued') queued.push(row)
        else begin(row, entries)
      }
    onQueued(queued)
  }
}
