/** Looks at what the kernel stands on: the database, the tasks, the node itself. */

import type { Finding } from '@basalt/observe/finding'
import type { Limits, Load } from '../pressure/admission.ts'
import type { Store } from '../store.ts'
import { type Examiner, spanOf } from './diagnosis.ts'
import type { LoopDelay } from './process.ts'

const SLOW_DATABASE_MS = 100
const CONNECTIONS_USED = 0.8
const LONG_TRANSACTION_MS = 5 * 60_000
const STUCK_TASK_MS = 15 * 60_000
const SLOW_LOOP_MS = 200
const SHOWN = 20

interface DatabaseFacts extends Record<string, unknown> {
  version: string
  connections: number
  limit: number
  oldestMs: number
  fsync: string
}

const DATABASE_FACTS = `select current_setting('server_version') as version, current_setting('fsync') as fsync,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
  current_setting('max_connections')::bigint as limit,
  coalesce((select extract(epoch from max(now() - xact_start)) * 1000 from pg_stat_activity
    where xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'), 0)::bigint as "oldestMs"`

/** @returns what is wrong with the database, as far as it answers */
async function examineDatabase({ database }: Store): Promise<Finding[]> {
  const startedAt = performance.now()
  await database.query('select 1 as one')
  const ms = Math.round(performance.now() - startedAt)
  const [facts] = await database.query<DatabaseFacts>(DATABASE_FACTS)
  if (!facts) return []
  const found: Finding[] = []
  if (ms > SLOW_DATABASE_MS)
    found.push({
      severity: 'warning',
      code: 'DATABASE_SLOW',
      message: `PostgreSQL ${facts.version} took ${ms} ms for the smallest question.`,
      meaning: 'Every request waits for it several times.',
      remedy: 'Look at its processor, disk and network; give it a faster disk or a machine of its own.',
    })
  if (facts.connections >= facts.limit * CONNECTIONS_USED)
    found.push({
      severity: 'warning',
      code: 'DATABASE_CONNECTIONS',
      message: `${facts.connections} of ${facts.limit} connections of the database are used.`,
      meaning: 'When none is left, requests are refused with 503.',
      remedy: 'Raise max_connections of PostgreSQL, or end what else is connected to it.',
    })
  if (facts.oldestMs > LONG_TRANSACTION_MS)
    found.push({
      severity: 'warning',
      code: 'TRANSACTION_OPEN',
      message: `A transaction of the database has been open for ${spanOf(facts.oldestMs)}.`,
      meaning: 'Events of everything that changed since are held back: the console and all watchers stand still.',
      remedy:
        'Find it with "select pid, query from pg_stat_activity order by xact_start", then pg_terminate_backend(pid).',
    })
  if (facts.fsync !== 'on')
    found.push({
      severity: 'error',
      code: 'DATABASE_NOT_DURABLE',
      message: 'The database runs with fsync off.',
      meaning: 'A power failure can destroy it, and with it the cloud.',
      remedy: 'Set fsync = on in postgresql.conf and restart PostgreSQL.',
    })
  return found
}

interface OpenTask extends Record<string, unknown> {
  id: string
  name: string
  state: string
  step: string
  node: string
  quietMs: number
  beganMs: number
}

async function examineTasks({ database }: Store): Promise<Finding[]> {
  const tasks = await database.query<OpenTask>(
    `select id, name, state, step, node, (extract(epoch from now() - updated_at) * 1000)::bigint as "quietMs",
       (extract(epoch from now() - created_at) * 1000)::bigint as "beganMs"
     from task where finished_at is null and state in ('running', 'undoing') and updated_at < now() - $1 * interval '1 millisecond'
     order by updated_at limit ${SHOWN}`,
    [STUCK_TASK_MS],
  )
  return tasks.map(({ id, name, state, step, node, quietMs, beganMs }) => ({
    severity: 'warning',
    code: 'TASK_STUCK',
    message: `The task "${name}" (${state}, step ${step}, on ${node}) has not moved for ${spanOf(quietMs)}; it began ${spanOf(beganMs)} ago.`,
    meaning: 'What it works on cannot be changed until it ends.',
    remedy: `Search the logs for ${id}; mend what its step waits for, or cancel it: basalt task cancel ${id}`,
    kind: 'task',
    resource: id,
  }))
}

async function examineDrift({ database }: Store): Promise<Finding[]> {
  const [{ open = 0, oldestMs = 0 } = {}] = await database.query<{ open: number; oldestMs: number }>(
    `select count(*) as open, coalesce(extract(epoch from max(now() - since)) * 1000, 0)::bigint as "oldestMs"
     from finding where state = 'open'`,
  )
  if (open === 0) return []
  return [
    {
      severity: 'warning',
      code: 'DRIFT',
      message: `${open} differences between the world and the database are open, the oldest for ${spanOf(oldestMs)}.`,
      meaning: 'The platform did not mend them by itself, since they may not be its own.',
      remedy: 'Each has a remedy: basalt finding list --filter state=open',
    },
  ]
}

async function examineNode(load: Load, limits: Limits, loop: LoopDelay): Promise<Finding[]> {
  const found: Finding[] = []
  const delayMs = Math.round(loop.p99Ms())
  if (delayMs > SLOW_LOOP_MS)
    found.push({
      severity: 'warning',
      code: 'NODE_BUSY',
      message: `Work waits up to ${delayMs} ms for its turn on this node.`,
      meaning: 'All answers of this node are late by that.',
      remedy: 'Give the node more processor time, or add another node.',
    })
  for (const [queue, depth] of Object.entries(load) as [keyof Load, number][])
    if (depth >= limits[queue] * CONNECTIONS_USED)
      found.push({
        severity: 'warning',
        code: 'QUEUE_LONG',
        message: `The queue "${queue}" of this node holds ${depth} of ${limits[queue]}.`,
        meaning: 'When it is full, requests are refused with 503.',
        remedy: 'Find in the metrics what fills it; add a node, or raise the limit in the settings of the node.',
      })
  return found
}

export function kernelExaminers(deps: { store: Store; load(): Load; limits: Limits; loop: LoopDelay }): Examiner[] {
  const { store, load, limits, loop } = deps
  return [
    { name: 'database', examine: () => examineDatabase(store) },
    { name: 'tasks', examine: () => examineTasks(store) },
    { name: 'drift', examine: () => examineDrift(store) },
    { name: 'node', examine: () => examineNode(load(), limits, loop) },
  ]
}
