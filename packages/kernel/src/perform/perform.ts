/** One request that changes something, from the caller's words to the durable acceptance. */
import { randomUUID } from 'node:crypto'
import { permissionOf, truncated } from '@basalt/resource'
import type { Long, Short } from '../action.ts'
import { sparing } from '../cascade/sparing.ts'
import type { Row } from '../database.ts'
import { Refused } from '../operations.ts'
import { isOutage } from '../pressure/outage.ts'
import { Problem } from '../problem.ts'
import type { Line } from '../queue/line.ts'
import { withinQuota } from '../quota/enforce.ts'
import { onTheWay, recycledAtOnce } from '../recycle/recycling.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store.ts'
import type { TaskRow } from '../tasks/row.ts'
import type { Tasks } from '../tasks/tasks.ts'
import { subjectOperation, withoutNeedless } from './acceptance.ts'
import { auditOperation } from './audit.ts'
import { uniqueValues } from './duplicates.ts'
import { checkMayCreate, checkVersion, examine, subject } from './examine.ts'
import { explain } from './explain.ts'
import { type Idempotency, keyOperation } from './idempotency.ts'
import type { ActionRequest, Outcome } from './request.ts'

export interface Performer {
  perform(request: ActionRequest): Promise<Outcome>
  /**
   * Begin what was queued: checked anew, as everything may have changed. Throws `Refused` for a claim or a fence; any other error is
   * the task's end.
   */
  takeTurn(request: ActionRequest & { turn: TaskRow }): Promise<void>
  /**
   * Everything that can be told before it is asked for in earnest: rights, state, version, input, references, what the kind checks, and
   * values that are taken. Changes nothing; answers with the unique values that it would take itself. What only the acceptance decides it does not tell: quotas, and what others do meanwhile.
   */
  rehearse(request: ActionRequest): Promise<string[]>
}

const CHOICES = 8

/** Whether an insert was refused for values of which none came from the caller. */
function isOwnChoice(error: unknown, { slice, action }: ActionRequest): boolean {
  const { kind, unique } = slice.resource
  return (
    error instanceof Refused &&
    error.operation.op === 'insert' &&
    error.operation.kind === kind &&
    unique.length > 0 &&
    unique.every((set) => !set.some((field) => field in action.input))
  )
}

export function createPerformer(deps: {
  store: Store
  tasks: Tasks
  idempotency: Idempotency
  settings: Settings
  line: Line
}): Performer {
  const { store, tasks, idempotency, settings, line } = deps

  async function audit(request: ActionRequest, resource: string | null, error: unknown): Promise<void> {
    const code = error instanceof Problem ? error.code : 'INTERNAL'
    await store.commit([auditOperation(request, resource, 'refused', code)])
  }

  async function accept(request: ActionRequest, found: { row: Row & { id: string } }): Promise<Outcome> {
    const { slice, action, caller, turn } = request
    const { resource } = slice
    const { input, row, refs, context, bin, implementation } = await examine({ store, settings }, request, found)
    const own = action.name === 'update' ? input : {}
    const common = [
      ...refs.operations,
      ...sparing(request, row, refs.operations),
      ...withinQuota(resource, action),
      ...(turn ? [] : [auditOperation(request, row.id, 'accepted', null)]),
    ]
    if (implementation && 'saga' in implementation) {
      const prepared = await (implementation as Long<never, never>).prepare(context as never)
      const operations = [
        ...subjectOperation(bin ? onTheWay(request) : request, row, { ...own, ...prepared.set }),
        ...common,
        ...(prepared.operations ?? []),
      ]
      const account = (row.account as string | undefined) ?? caller.account
      const task = turn?.id ?? randomUUID()
      await tasks.accept({
        id: task,
        turn,
        caller,
        action: permissionOf(resource.kind, action.name),
        resourceKind: resource.kind,
        resource: row.id,
        account,
        title: truncated(`${resource.kind}.${action.name} ${row.name ?? ''}`.trim(), 120),
        saga: implementation.saga,
        input: prepared.input,
        ids: prepared.ids,
        previousState: action.name === 'create' ? null : ((row.state as string | undefined) ?? null),
        claims: prepared.claims ?? [],
        ...(bin ? { end: 'recycled' } : {}),
        parent: request.within,
        operations: [...operations, ...keyOperation(request.idempotencyKey, row.id, task)],
      })
      return { task, resource: row.id }
    }
    if (bin) {
      const { operations, task } = recycledAtOnce(request, row, new Date(await store.now()).toISOString())
      await store.commit([...operations, ...common, ...keyOperation(request.idempotencyKey, row.id, task)])
      return task ? { task, resource: row.id } : { resource: row.id }
    }
    const done = await (implementation as Short<never, never> | undefined)?.short(context as never)
    const operations = done?.carriedOut ? [] : subjectOperation(request, row, { ...own, ...done?.set })
    await store.commit([
      ...withoutNeedless([...operations, ...common, ...(done?.operations ?? [])]),
      ...keyOperation(request.idempotencyKey, row.id, null),
    ])
    return { resource: row.id, reveal: done?.reveal }
  }

  /** What the platform chose at random met what another request chose at the same time: it chooses again. */
  async function acceptAnew(request: ActionRequest, found: { row: Row & { id: string } }): Promise<Outcome> {
    for (let attempt = 1; ; attempt++)
      try {
        return await accept(request, found)
      } catch (error) {
        if (attempt >= CHOICES || !isOwnChoice(error, request)) throw error
      }
  }

  /** What is busy is waited for, unless one insists on the version one saw; what was busy and is free by now is tried again. */
  async function acceptOrQueue(request: ActionRequest, found: { row: Row & { id: string } }): Promise<Outcome> {
    for (let attempt = 1; ; attempt++)
      try {
        return await acceptAnew(request, found)
      } catch (error) {
        const joined = request.ifMatch === undefined ? await line.join(request, found.row, error) : null
        if (joined && joined !== 'free') return joined
        if (!joined || attempt >= CHOICES) throw error
        const before = found.row.version
        found.row = (await subject(store, request)) as Row & { id: string }
        if (found.row.version === before && !(error instanceof Refused)) throw error
      }
  }

  /** What stands in a repeated request's way may be the first under its key, accepted meanwhile here or on another node. */
  async function acceptOnce(request: ActionRequest, found: { row: Row & { id: string } }): Promise<Outcome> {
    try {
      if (request.action.name !== 'create') found.row = (await subject(store, request)) as Row & { id: string }
      return await acceptOrQueue(request, found)
    } catch (error) {
      if (isOutage(error) || !request.idempotencyKey) throw error
      const before = await idempotency.find(request.idempotencyKey)
      if (before) return before
      throw error
    }
  }

  return {
    async takeTurn(request) {
      const found = { row: { id: request.id ?? '' } as Row & { id: string } }
      try {
        found.row = (await subject(store, request)) as Row & { id: string }
        await acceptAnew(request, found)
      } catch (error) {
        if (error instanceof Refused && (error.operation.op === 'claim' || error.operation.op === 'fence')) throw error
        throw await explain(store, error, request, found.row)
      }
    },
    async rehearse(request) {
      const { slice, action } = request
      const found = { row: { id: request.id ?? '' } as Row & { id: string } }
      if (action.name === 'create') checkMayCreate(request)
      else found.row = (await subject(store, request)) as Row & { id: string }
      const { input, row } = await examine({ store, settings }, request, found)
      checkVersion(request, row)
      return uniqueValues(store, slice.resource, action, action.name === 'update' ? { ...row, ...input } : row)
    },
    async perform(request) {
      const { action } = request
      const found = { row: { id: request.id ?? '' } as Row & { id: string } }
      try {
        if (action.name === 'create') checkMayCreate(request)
        if (request.idempotencyKey) {
          const before = await idempotency.find(request.idempotencyKey)
          if (before) return before
        }
        return await acceptOnce(request, found)
      } catch (error) {
        // Nor could the audit be written.
        if (isOutage(error)) throw error
        const explained = await explain(store, error, request, found.row)
        await audit(request, request.id ?? null, explained)
        throw explained
      }
    },
  }
}
