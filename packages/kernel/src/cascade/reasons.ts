/** What forbids a deletion: who refers to what would go, states, rights, work that is under way, conditions of the kinds themselves. */
import { tableName } from '@basalt/resource'
import { authorize } from '../access/authorize.ts'
import type { ActionContext, Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import { checkState } from '../perform/examine.ts'
import { conflict, Problem, spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import { visibleSql } from '../visibility.ts'
import { type Closure, type Holder, keyOf, type Member } from './closure.ts'
import { deedOf } from './deed.ts'
import { grouped } from './grouped.ts'

/** Why something cannot go. */
export interface Reason {
  kind: string
  id: string
  name: string
  code: string
  message: string
  remedy: string | null
}

export interface Forbidden {
  reasons: Reason[]
  /** How many more there are that the caller cannot see. */
  hidden: number
}

export interface ReasonDeps {
  store: Store
  sliceOf(kind: string): Slice
}

type Named = Pick<Member, 'kind' | 'row'>

const nameOf = ({ row }: Named): string => String(row.name ?? row.id)

const reasonOf = (about: Named, { code, message, remedy }: Problem): Reason => ({
  kind: about.kind,
  id: about.row.id,
  name: nameOf(about),
  code,
  message,
  remedy: remedy ?? null,
})

/** Keys of those that the caller may know of. */
export async function shownOf(store: Store, caller: Caller, all: readonly Named[]): Promise<Set<string>> {
  const shown = new Set<string>()
  for (const [kind, some] of grouped(all, (each) => each.kind)) {
    const resource = store.catalogue.resource(kind)
    const values: unknown[] = [some.map(({ row }) => row.id)]
    const seen = visibleSql(resource, caller, values)
    const rows = await store.database.query<{ id: string }>(
      `select id from "${tableName(resource)}" where id = any($1::uuid[]) and ${seen}`,
      values,
    )
    for (const { id } of rows) shown.add(keyOf(kind, id))
  }
  return shown
}

/** Who holds something, as people know it: of what is part of another, that other. */
async function actualHolder(store: Store, { kind, row }: Holder): Promise<Named> {
  for (const [other, field] of Object.entries(store.catalogue.resource(kind).carriedBy)) {
    const id = row[field] as string | null
    const [carrier] = id ? await store.all<Row & { id: string }>(other, { id }) : []
    if (carrier) return { kind: other, row: carrier }
  }
  return { kind, row }
}

const inUse = (holder: Named, target: Named): Problem =>
  conflict(
    'IN_USE',
    `The ${spelled(holder.kind)} "${nameOf(holder)}" uses the ${spelled(target.kind)} "${nameOf(target)}" and would stay.`,
    'Delete it first, or have it use another.',
  )

async function held(
  { store }: ReasonDeps,
  { holders, members }: Closure,
): Promise<{ about: Named; problem: Problem }[]> {
  const found = new Map<string, { about: Named; problem: Problem }>()
  for (const holder of holders) {
    const target = members.get(holder.holds)
    const about = await actualHolder(store, holder)
    const key = `${keyOf(about.kind, about.row.id)} ${holder.holds}`
    if (target && !found.has(key)) found.set(key, { about, problem: inUse(about, target) })
  }
  return [...found.values()]
}

/** Resources that a task works on, with its name. What a reconciler holds it lets go in a moment. */
async function busy(store: Store, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await store.database.query<{ resource: string; name: string }>(
    'select c.resource, t.name from claim c join task t on t.id = c.task where c.resource = any($1::uuid[])',
    [ids],
  )
  return new Map(rows.map(({ resource, name }) => [resource, name]))
}

function checkCascade(slice: Slice, row: Row, isAlone: boolean): void {
  const { kind, cascadeFrom } = slice.resource
  if (isAlone || !cascadeFrom || cascadeFrom.includes(String(row.state))) return
  throw conflict(
    'WRONG_STATE',
    `The ${spelled(kind)} "${row.name}" is ${row.state}; with what it has it can be deleted when it is ${cascadeFrom.join(' or ')}.`,
    `Bring it to that state first, so that nobody works with it any more.`,
  )
}

/** @throws Problem when this one cannot go, whatever the others */
async function checkMember(deps: ReasonDeps, caller: Caller, member: Member, closure: Closure): Promise<void> {
  const { store } = deps
  const slice = deps.sliceOf(member.kind)
  const { row, id } = member
  const { action, body } = deedOf(slice, row)
  await authorize(store.database, caller, slice.resource, action.name, row)
  if (body.expunge) await authorize(store.database, caller, slice.resource, 'expunge', row)
  checkState(slice.resource, action, row)
  checkCascade(slice, row, isAlone(member, closure))
  const refs = { get: () => undefined as never, operations: [] }
  const context: ActionContext<Row, Row> = { id, input: body, row, caller, store, refs }
  await slice.actions[action.name]?.check?.(context as never)
}

/** Whether nothing goes on its account but what a plain delete of it takes along as well. */
const isAlone = ({ kind, id }: Member, { bonds, members }: Closure): boolean =>
  !bonds.some(({ to, from }) => to === keyOf(kind, id) && members.get(from)?.how === 'deleted')

async function refusals(
  deps: ReasonDeps,
  caller: Caller,
  closure: Closure,
): Promise<{ about: Named; problem: Problem }[]> {
  const deleted = [...closure.members.values()].filter(({ how }) => how === 'deleted')
  const works = await busy(
    deps.store,
    deleted.map(({ id }) => id),
  )
  const found: { about: Named; problem: Problem }[] = []
  for (const about of deleted) {
    const { kind, id } = about
    try {
      await checkMember(deps, caller, about, closure)
      const task = works.get(id)
      if (task)
        throw conflict(
          'RESOURCE_BUSY',
          `The task "${task}" works on the ${spelled(kind)} "${nameOf(about)}".`,
          'Wait for that task, or cancel it.',
        )
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      found.push({ about, problem: error })
    }
  }
  return found
}

/** Everything that forbids it, as far as the caller may know; what would go unseen by the caller forbids it, too. */
export async function reasonsAgainst(deps: ReasonDeps, caller: Caller, closure: Closure): Promise<Forbidden> {
  const all = [...(await held(deps, closure)), ...(await refusals(deps, caller, closure))]
  const going = [...closure.members.values()].filter(({ how }) => how === 'deleted')
  const shown = await shownOf(deps.store, caller, [...all.map(({ about }) => about), ...going])
  const isShown = ({ kind, row }: Named): boolean => shown.has(keyOf(kind, row.id))
  const unseen = new Set(
    [...all.map(({ about }) => about), ...going]
      .filter((each) => !isShown(each))
      .map(({ kind, row }) => keyOf(kind, row.id)),
  )
  return {
    reasons: all.filter(({ about }) => isShown(about)).map(({ about, problem }) => reasonOf(about, problem)),
    hidden: unseen.size,
  }
}
