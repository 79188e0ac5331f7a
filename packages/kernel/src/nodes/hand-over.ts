/**
 * A task whose host is connected to another node, which lives and which this one cannot reach: that node goes on with it, from where its
 * journal stands and with a higher epoch, as after a take-over. They meet in the database alone. Each task is handed over once: one that
 * needs hosts on both sides fails, and says so, rather than going back and forth.
 */
import type { Database } from '../database.ts'
import type { Log } from '../kernel.ts'
import { Problem, type ProblemOptions } from '../problem.ts'

/** What is needed is with another node, out of our reach. */
export class HeldElsewhere extends Problem {
  readonly node: string

  constructor(node: string, options: ProblemOptions) {
    super(options)
    this.node = node
  }
}

const HAND_OVER = `update task set node = $2, former_node = $1, epoch = nextval('epoch_seq')
  where id = $3 and node = $1 and epoch = $4 and former_node is null and finished_at is null
    and exists (select from node n where n.name = $2 and n.state = 'up' and n.lease_expires_at > clock_timestamp()) returning id`

/** True when the task is another node's from now on: nothing may follow here. */
export type HandOver = (error: unknown, task: { runId: string; epoch: number }) => Promise<boolean>

export const createHandOver =
  ({ database, node, log }: { database: Database; node: string; log: Pick<Log, 'info'> }): HandOver =>
  async (error, { runId, epoch }) => {
    if (!(error instanceof HeldElsewhere)) return false
    const [handed] = await database.query(HAND_OVER, [node, error.node, runId, epoch])
    if (handed) log.info('handed a task over to the node that has its host', { task: runId, to: error.node })
    return handed !== undefined
  }
