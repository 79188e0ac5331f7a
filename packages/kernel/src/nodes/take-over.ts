/**
 * Tasks whose node does not live any more. Nodes that live notice it when they renew their leases: one ends the lost lease for good,
 * then each takes its share of the tasks (rendezvous hashing), with a higher epoch each.
 */
import type { Database } from '../database.ts'
import type { Log } from '../kernel.ts'
import type { NodeLease, NodeState } from './lease.ts'
import { DECLARE_LOST } from './lease-sql.ts'
import { ownerOf } from './share.ts'

export interface TakeOver {
  /** Raises the epochs of all tasks that a former life of this node left; no former life can write for them any more. Their ids, the oldest first. */
  own(): Promise<string[]>
  /** Looks for tasks of nodes that do not live and takes this node's share. Their ids. */
  others(nodes: readonly NodeState[]): Promise<string[]>
  /** Ends the leases that ran out. True when there was one. */
  declareLost(nodes: readonly NodeState[]): Promise<boolean>
}

/** Not before the lease was ended for good: from then on the epoch of the former node is known to be over. */
const OPEN_OF_NOBODY = `t.finished_at is null and t.node <> $1
  and not exists (select from node n where n.name = t.node and n.state = 'up')`

const ORPHANS = `select t.id from task t where ${OPEN_OF_NOBODY} order by t.created_at limit 5000`

/** Rows that a flush of the former node still holds are left for the next round: the database ends its transaction soon. */
const ADOPT = `update task set node = $1, epoch = nextval('epoch_seq') where id in (
  select t.id from task t where t.id = any($2::uuid[]) and ${OPEN_OF_NOBODY} for no key update of t skip locked) returning id`

const OWN = `with raised as (
  update task set epoch = nextval('epoch_seq') where finished_at is null and node = $1 returning id, created_at)
  select id from raised order by created_at, id`

export function createTakeOver(deps: { database: Database; lease: NodeLease; log: Log }): TakeOver {
  const { database, lease, log } = deps
  const me = lease.node
  const ids = async (sql: string, values: unknown[]): Promise<string[]> =>
    (await database.query<{ id: string }>(sql, values)).map(({ id }) => id)

  return {
    own: () => ids(OWN, [me]),
    async others(nodes) {
      const alive = nodes.filter((node) => node.alive).map(({ name }) => name)
      const mine = (await ids(ORPHANS, [me])).filter((id) => ownerOf(id, alive.length > 0 ? alive : [me]) === me)
      if (mine.length === 0) return []
      lease.check()
      return ids(ADOPT, [me, mine])
    },
    async declareLost(nodes) {
      let isNew = false
      for (const { name } of nodes.filter(({ alive, state }) => !alive && state === 'up')) {
        lease.check()
        const [row] = await database.query<{ name: string; epoch: number }>(DECLARE_LOST, [name])
        if (row) log.error('a control-plane node is lost', { node: name, epoch: row.epoch })
        isNew ||= row !== undefined
      }
      return isNew
    },
  }
}
