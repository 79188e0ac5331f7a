/**
 * The line before a busy resource. A request that finds it busy is queued as a task: it holds nothing, it waits. When everything it
 * needs is let go and nobody who came earlier waits for any of it, its turn has come; then it is performed as if it had just been asked
 * for, so that what it may do is decided by what is true by then. All claims are taken at once or not at all, and the place in line is
 * the same before every resource: nobody waits for each other.
 */
import { randomUUID } from 'node:crypto'
import { permissionOf, truncated } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Log } from '../kernel.ts'
import type { Cluster } from '../nodes/cluster.ts'
import { type Operation, Refused } from '../operations.ts'
import { auditOperation } from '../perform/audit.ts'
import { keyOperation } from '../perform/idempotency.ts'
import type { Performer } from '../perform/perform.ts'
import type { ActionRequest, Outcome } from '../perform/request.ts'
import { causeOf, conflict, forbidden, Problem } from '../problem.ts'
import type { Store } from '../store.ts'
import { newTask, type TaskRow } from '../tasks/row.ts'
import { forecast } from './forecast.ts'

/** Tasks that may wait for one resource. */
export const LINE_LIMIT = 16
/** How often the line is looked at, should no bell be heard. */
const LOOK_MS = 1_000
/** Attempts to begin a task that fail for no reason of its own, such as a database that is away. */
const ATTEMPTS = 30

export interface Line {
  /**
   * Queues a request that was refused because something it needs is busy; `free` when nothing is busy any more, null when that is not
   * why, or waiting would not help.
   */
  join(request: ActionRequest, row: Row & { id: string }, refusal: unknown): Promise<Outcome | 'free' | null>
  /** Tasks of this node that wait. */
  adopt(tasks: readonly Pick<TaskRow, 'id'>[]): void
  /** Something was let go: whose turn is it? */
  look(): void
  /** Takes a task out of the line. False when it has begun meanwhile. */
  cancel(task: TaskRow): Promise<boolean>
  /** Other nodes may have these tasks by now. */
  letGo(): void
}

export interface LineDeps {
  store: Store
  node: string
  cluster: Cluster
  slices(): readonly Slice[]
  takeTurn: Performer['takeTurn']
  /** Somebody with the rights that they have now; null when there is no such user any more. */
  callerNow(caller: Caller): Promise<Caller | null>
  log: Log
}

/** What is kept of a request, sealed, until its turn comes. */
interface Kept {
  body: unknown
  caller: Caller
}

/** Of ours those whose turn it is: all they wait for is free, and nobody came earlier. */
const READY = `select t.id from task t where t.node = $1 and t.state = 'queued' and t.id = any($2::uuid[]) and not exists (
  select from waiting w where w.task = t.id and (
    exists (select from waiting e where e.resource = w.resource and e.place < w.place)
    or exists (select from claim c where c.resource = w.resource and c.task <> t.id and c.task is distinct from t.parent)))
order by (select min(place) from waiting w where w.task = t.id)`

/** Who is before the newcomer: the last in line, else whoever holds the resource. Upkeep holds resources without being a task. */
const BEFORE = `select t.id, coalesce(t.name, 'upkeep of the platform') as name from (
    select task, place from waiting where resource = any($1::uuid[])
    union all select task, 0 from claim where resource = any($1::uuid[])) x left join task t on t.id = x.task
where t.finished_at is null order by x.place desc limit 1`

/** Work on the resource itself, in order. */
const AHEAD = `select t.id, t.action, t.state, t.previous_state as "previousState" from task t
  left join waiting w on w.task = t.id and w.resource = t.resource
where t.resource = $1 and t.finished_at is null order by coalesce(w.place, 0), t.created_at`

const isEmpty = (body: unknown): boolean => Object.keys((body as object | null | undefined) ?? {}).length === 0

const full = (row: Row, kind: string): Problem =>
  conflict(
    'RESOURCE_BUSY',
    `${LINE_LIMIT} tasks wait for the ${kind} "${row.name}" already.`,
    'Wait until some of them are done, or cancel them.',
  )

/** What the refusal says is busy: a resource by name, or the subject; undefined when nothing is. */
function busyResource(refusal: unknown, id: string): string | undefined {
  if (refusal instanceof Refused) {
    const { operation } = refusal
    if (operation.op === 'claim') return operation.resource
    return operation.op === 'update' && operation.id === id ? id : undefined
  }
  return refusal instanceof Problem && refusal.code === 'WRONG_STATE' ? id : undefined
}

export function createLine(deps: LineDeps): Line {
  const { store, node, cluster, log } = deps
  const ours = new Map<string, { attempts: number }>()
  let timer: NodeJS.Timeout | undefined
  let isLooking = false
  let again = false

  const forget = (task: string): void => {
    ours.delete(task)
    if (ours.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  function adopt(tasks: readonly Pick<TaskRow, 'id'>[]): void {
    for (const { id } of tasks) ours.set(id, { attempts: 0 })
    if (ours.size === 0) return
    timer ??= setInterval(look, LOOK_MS)
    look()
  }
  function look(): void {
    if (ours.size === 0) return
    again = true
    if (isLooking) return
    isLooking = true
    void turns().finally(() => {
      isLooking = false
      if (again && timer) setImmediate(look)
    })
  }
  async function turns(): Promise<void> {
    while (again && ours.size > 0) {
      again = false
      try {
        const ready = await store.database.query<{ id: string }>(READY, [node, [...ours.keys()]])
        for (const { id } of ready) await turn(id)
      } catch (error) {
        log.error('the line before busy resources cannot be looked at', { error: String(error) })
        again = false
        return
      }
    }
  }

  async function turn(id: string): Promise<void> {
    const [task] = await store.all<TaskRow>('task', { id })
    if (task?.state !== 'queued' || task.node !== node) return forget(id)
    try {
      await deps.takeTurn({ ...(await requestOf(task)), turn: task })
      forget(id)
    } catch (error) {
      await notYet(task, error)
    }
  }

  async function requestOf(task: TaskRow): Promise<ActionRequest> {
    const slice = deps.slices().find(({ resource }) => resource.kind === task.resourceKind)
    const action = slice?.resource.actions[task.action.slice(task.action.indexOf('.') + 1)]
    if (!slice || !action) throw new Error(`this node does not know ${task.action}`)
    const { body, caller: asked } = JSON.parse(task.queued ?? '{}') as Kept
    const caller = await deps.callerNow(asked)
    if (!caller) throw forbidden(task.action)
    return { slice, action, id: task.resource, body, caller, within: task.parent ?? undefined }
  }

  /** It needs more than was known, it has ended or moved meanwhile, or it can never begin. */
  async function notYet(task: TaskRow, error: unknown): Promise<void> {
    if (error instanceof Refused && error.operation.op === 'fence') return forget(task.id)
    if (error instanceof Refused && error.operation.op === 'claim') return waitForMore(task, error.operation.resource)
    const known = ours.get(task.id)
    const isPassing = !(error instanceof Problem) || error.status === 503
    if (isPassing && known && ++known.attempts < ATTEMPTS) {
      log.error('a queued task cannot begin yet', { task: task.id, error: String(error) })
      return
    }
    await end(task, { state: 'failed', cause: causeOf(error) })
  }

  async function waitForMore(task: TaskRow, resource: string): Promise<void> {
    const [first] = await store.database.query<{ place: number }>(
      'select place from waiting where task = $1 order by place limit 1',
      [task.id],
    )
    if (!first) return forget(task.id)
    // It waits here whatever the limit: it was accepted.
    const limit = Number.MAX_SAFE_INTEGER
    await store.commit([
      { op: 'fence', task: task.id, epoch: task.epoch },
      { op: 'enqueue', resource, task: task.id, place: first.place, limit: Math.min(limit, 2 ** 31 - 1) },
    ])
  }

  async function end(task: TaskRow, set: Row): Promise<void> {
    const finishedAt = new Date(await store.now()).toISOString()
    await store.commit([
      {
        op: 'update',
        kind: 'task',
        id: task.id,
        set: { ...set, finishedAt, message: '', queued: null, waitsFor: null },
        from: ['queued'],
      },
      { op: 'dequeue', task: task.id },
    ])
    forget(task.id)
    again = true
    cluster.ring({ tasks: [task.id], released: [task.resource] })
  }

  /** Whether the request fits to what is ahead of it. @throws Problem WRONG_STATE when nothing will be left */
  async function fits({ slice, action, body }: ActionRequest, row: Row & { id: string }): Promise<boolean> {
    const ahead = await store.database.query<Pick<TaskRow, 'id' | 'action' | 'state' | 'previousState'> & Row>(AHEAD, [
      row.id,
    ])
    const expected = forecast(slice.resource, row.state as string | undefined, ahead)
    if (expected === null)
      throw conflict(
        'WRONG_STATE',
        `The ${slice.resource.kind} "${row.name}" is about to be deleted.`,
        'Cancel the task of its deletion first, if it waits still.',
      )
    if (action.from && !action.from.includes(expected ?? '')) return false
    // Asked for twice, as by two clicks: it is under way already.
    const last = ahead.at(-1)
    return !(last?.action === permissionOf(slice.resource.kind, action.name) && isEmpty(body))
  }

  async function join(
    request: ActionRequest,
    row: Row & { id: string },
    refusal: unknown,
  ): Promise<Outcome | 'free' | null> {
    const { slice, action, caller } = request
    const busy = busyResource(refusal, row.id)
    const implementation = slice.actions[action.name]
    // An action that looks what there is, and brings it to an end, is for what nobody works on.
    if (!busy || action.name === 'create' || action.reaches || !implementation || !('saga' in implementation))
      return null
    const resources = [...new Set([row.id, busy])]
    const [before] = await store.database.query<{ id: string | null; name: string }>(BEFORE, [resources])
    if (!before) return 'free'
    // The task that it is a part of waits for it.
    if (before.id === request.within) return null
    if (!(await fits(request, row))) return null
    const task = randomUUID()
    const [{ place = 0 } = {}] = await store.database.query<{ place: number }>(`select nextval('place_seq') as place`)
    const kept: Kept = { body: request.body, caller }
    const described = {
      id: task,
      caller,
      action: permissionOf(slice.resource.kind, action.name),
      resourceKind: slice.resource.kind,
      resource: row.id,
      account: (row.account as string | undefined) ?? caller.account,
      parent: request.within,
      title: truncated(`${slice.resource.kind}.${action.name} ${row.name ?? ''}`.trim(), 120),
    }
    const fields = {
      state: 'queued',
      message: `waits for ${before.name}`,
      step: '',
      waitsFor: before.id,
      queued: JSON.stringify(kept),
      payload: { input: null, ids: {}, claims: [] },
    }
    try {
      await store.commit([
        ...resources.sort().map((resource): Operation => ({ op: 'enqueue', resource, task, place, limit: LINE_LIMIT })),
        newTask(described, implementation.saga, node, fields),
        auditOperation(request, row.id, 'accepted', null),
        ...keyOperation(request.idempotencyKey, row.id, task),
      ])
    } catch (error) {
      if (error instanceof Refused && error.operation.op === 'enqueue') throw full(row, slice.resource.kind)
      throw error
    }
    adopt([{ id: task }])
    return { task, resource: row.id }
  }

  return {
    join,
    adopt,
    look,
    async cancel(task) {
      try {
        await end(task, { state: 'cancelled' })
        look()
        return true
      } catch (error) {
        if (error instanceof Refused) return false
        throw error
      }
    },
    letGo() {
      ours.clear()
      clearInterval(timer)
      timer = undefined
    },
  }
}
