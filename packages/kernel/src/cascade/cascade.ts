/** Deleting a resource with what it has: looked at before, and accepted as one task. */
import { setTimeout as pause } from 'node:timers/promises'
import { truncated } from '@basalt/resource'
import type { StepContext } from '@basalt/saga'
import { authorize } from '../access/authorize.ts'
import type { Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import { type Operation, Refused } from '../operations.ts'
import { auditOperation } from '../perform/audit.ts'
import { explain } from '../perform/explain.ts'
import { type Idempotency, keyOperation } from '../perform/idempotency.ts'
import type { ActionRequest, Outcome } from '../perform/request.ts'
import { isOutage } from '../pressure/outage.ts'
import { notFound, Problem, spelled } from '../problem.ts'
import type { Tasks } from '../tasks/tasks.ts'
import { bindCascade, type CarryOutDeps } from './carry-out.ts'
import { type CascadeDeps, type CascadeInput, cascadeDelete } from './cascade.saga.ts'
import { type Closure, closureOf } from './closure.ts'
import { agreedTo, type Preview, previewOf } from './preview.ts'

export interface Cascade {
  /** @param limit most items, and most reasons against it, that are listed */
  preview(slice: Slice, id: string, caller: Caller, limit: number): Promise<Preview>
  /**
   * Accept the deletion as one task.
   * @param request for the delete of the root
   * @param agreed fingerprint of the preview that was agreed to
   * @throws Problem CASCADE_FORBIDDEN with every reason, CHANGED_MEANWHILE when something else would go
   */
  perform(request: ActionRequest, agreed?: string): Promise<Outcome & { task: string }>
  /** For the saga. */
  bind(context: StepContext): CascadeDeps
}

export interface CascadeOptions extends Omit<CarryOutDeps, 'tasks'> {
  tasks: Pick<Tasks, 'accept' | 'wait'>
  idempotency: Idempotency
}

/** Reasons that a refusal lists; its count tells of all. */
const LISTED = 1_000
/** What reconcilers hold they let go in a moment. */
const ATTEMPTS = 10
const PAUSE_MS = 200
const DEADLOCK = '40P01'

function forbidden({ kind, name, forbids, hidden }: Preview, total: number): Problem {
  const count = total + hidden
  const [first] = forbids
  const more = count > 1 ? `, and ${count - 1} more` : ''
  return new Problem({
    status: 409,
    code: 'CASCADE_FORBIDDEN',
    detail: first
      ? `The ${spelled(kind)} "${name}" cannot be deleted with what it has: ${first.message}${more}.`
      : `The ${spelled(kind)} "${name}" cannot be deleted with what it has: ${hidden} resources that you cannot see forbid it.`,
    remedy: first?.remedy ?? 'Ask an operator of the platform.',
    facts: { forbids, hidden },
  })
}

const changedMeanwhile = ({ kind, name }: Preview): Problem =>
  new Problem({
    status: 412,
    code: 'CHANGED_MEANWHILE',
    detail: `What would go with the ${spelled(kind)} "${name}" is not what it was when you looked.`,
    remedy: 'Look at the preview again, and send its fingerprint.',
  })

/** Whether trying once more makes sense: a reconciler held something, or two transactions met. */
const isPassing = (error: unknown): boolean =>
  (error instanceof Refused && error.operation.op === 'claim') || (error as { code?: unknown }).code === DEADLOCK

export function createCascade(options: CascadeOptions): Cascade {
  const { store, tasks, idempotency } = options

  async function rootFor({ resource: { kind } }: Slice, id: string, caller: Caller): Promise<Row & { id: string }> {
    const row = await store.get<Row & { id: string }>(kind, id, caller)
    if (!row) throw notFound(kind, id)
    return row
  }

  async function closed(kind: string, id: string): Promise<Closure> {
    const closure = await closureOf(store, kind, id)
    if (!closure) throw notFound(kind, id)
    return closure
  }

  async function accept(request: ActionRequest, row: Row & { id: string }, agreed?: string): Promise<string> {
    const { slice, caller } = request
    const { kind } = slice.resource
    const closure = await closed(kind, row.id)
    const { preview, forbidden: against } = await previewOf(options, caller, closure, LISTED)
    if (!preview.possible) throw forbidden(preview, against.reasons.length)
    if (agreed !== undefined && agreed !== preview.fingerprint) throw changedMeanwhile(preview)
    const deleted = [...closure.members.values()].filter(({ how }) => how === 'deleted')
    const { user, account, operator, access } = caller
    const input: CascadeInput = {
      kind,
      id: row.id,
      agreed: agreedTo(closure),
      caller: { user, account, operator, access },
    }
    const task = crypto.randomUUID()
    await tasks.accept({
      id: task,
      caller,
      action: `${kind}.delete`,
      resourceKind: kind,
      resource: row.id,
      // The task outlives what it deletes, an account too.
      account: row.account === row.id ? account : ((row.account as string | undefined) ?? account),
      title: truncated(`${kind}.delete ${row.name ?? ''} with what it has`, 120),
      saga: cascadeDelete,
      input,
      previousState: null,
      claims: deleted.map(({ id }) => id),
      end: 'untouched',
      operations: [
        // Whoever is about to refer to one of them has done so when these are held, or finds that they go.
        ...deleted.map(({ kind: each, id }): Operation => ({ op: 'lock', kind: each, id })),
        auditOperation(request, row.id, 'accepted', null),
        ...keyOperation(request.idempotencyKey, row.id, task),
      ],
    })
    return task
  }

  async function acceptPatiently(request: ActionRequest, row: Row & { id: string }, agreed?: string): Promise<string> {
    for (let attempt = 1; ; attempt++)
      try {
        return await accept(request, row, agreed)
      } catch (error) {
        if (attempt >= ATTEMPTS || !isPassing(error)) throw error
        await pause(PAUSE_MS)
      }
  }

  return {
    async preview(slice, id, caller, limit) {
      await rootFor(slice, id, caller)
      const { preview } = await previewOf(options, caller, await closed(slice.resource.kind, id), limit)
      return preview
    },
    async perform(request, agreed) {
      const { slice, action, caller, id = '', idempotencyKey } = request
      let row: Row & { id: string } = { id }
      try {
        const before = idempotencyKey && (await idempotency.find(idempotencyKey))
        if (before && 'task' in before) return before
        row = await rootFor(slice, id, caller)
        await authorize(store.database, caller, slice.resource, action.name, row)
        return { task: await acceptPatiently(request, row, agreed), resource: id }
      } catch (error) {
        if (isOutage(error)) throw error
        const before =
          error instanceof Refused &&
          error.operation.op === 'idempotency' &&
          idempotencyKey &&
          (await idempotency.find(idempotencyKey))
        if (before && 'task' in before) return before
        const explained = await explain(store, error, request, row)
        const code = explained instanceof Problem ? explained.code : 'INTERNAL'
        await store.commit([auditOperation(request, id, 'refused', code)])
        throw explained
      }
    },
    bind: (context) => ({ cascade: bindCascade(options, context) }),
  }
}
