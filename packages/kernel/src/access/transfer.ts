/** Change of owner: a resource goes to another account, with the resources that are part of it. */
import { randomUUID } from 'node:crypto'
import { type FieldSpec, isFor, type Resource, tableName } from '@basalt/resource'
import type { Short } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import { conflict, invalidField, spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import { dropForeignTags } from '../tags/owner.ts'
import { accessIn } from './acting.ts'
import { accountPlace } from './tenancy.ts'

interface Member {
  kind: string
  row: Row & { id: string }
}

/** The resource and what goes along. */
async function membersOf(store: Store, resource: Resource, row: Row & { id: string }): Promise<Member[]> {
  const parts = await Promise.all(
    Object.entries(resource.transfer?.with ?? {}).map(async ([kind, field]) =>
      (await store.all<Row & { id: string }>(kind, { [field]: row.id })).map((part): Member => ({ kind, row: part })),
    ),
  )
  return [{ kind: resource.kind, row }, ...parts.flat()]
}

/** Any user of the account with every right in it. */
async function ownerView(store: Store, account: string): Promise<Caller> {
  const place = await accountPlace(store.database, account)
  const role = { id: null, name: 'Owner' }
  const statements = [{ effect: 'allow', actions: ['*'] }] as const
  const grant = { binding: null, role, scope: { kind: 'account', account }, statements } as const
  return {
    user: randomUUID(),
    account,
    operator: false,
    access: accessIn([grant], { id: account, path: place?.path ?? '' }),
  }
}

const isOwnedRef = (store: Store, spec: FieldSpec): boolean =>
  spec.type === 'ref' &&
  !spec.weak &&
  spec.kind !== undefined &&
  isFor(spec.audience, 'tenant') &&
  spec.kind !== 'account' &&
  store.catalogue.resource(spec.kind).ownership === 'account'

/** What the members refer to must be there for the new owner as well. */
async function checkReferences(store: Store, members: readonly Member[], owner: Caller): Promise<void> {
  const going = new Set(members.map(({ row }) => row.id))
  for (const { kind, row } of members)
    for (const [field, spec] of Object.entries(store.catalogue.resource(kind).fields)) {
      const target = row[field] as string | null
      if (!target || going.has(target) || !isOwnedRef(store, spec)) continue
      if (await store.get(spec.kind as string, target, owner)) continue
      throw conflict(
        'NOT_VISIBLE_TO_OWNER',
        `The ${spelled(kind)} "${row.name}" uses the ${spelled(spec.kind as string)} ${target}, which the new owner cannot see.`,
        `Share that with the account first, or detach it.`,
      )
    }
}

/** Who else refers to the members must not lose sight of them. */
async function checkReferrers(store: Store, members: readonly Member[], to: string): Promise<void> {
  const going = members.map(({ row }) => row.id)
  for (const { kind, row } of members)
    for (const { resource, column } of store.catalogue.referrers(kind)) {
      if (resource.ownership !== 'account' || !isFor(resource.audience, 'tenant')) continue
      const [user] = await store.database.query<{ account: string; name: string }>(
        `select account, name from "${tableName(resource)}" where "${column}" = $1 and account <> $2 and id <> all($3::uuid[]) limit 1`,
        [row.id, to, going],
      )
      if (!user) continue
      throw conflict(
        'IN_USE',
        `The ${spelled(kind)} "${row.name}" is used by the ${spelled(resource.kind)} "${user.name}", which does not go along.`,
        'Delete or detach that first.',
      )
    }
}

/** A task that is under way would write for the former owner. Held for the moment of the change, refused when it is held already. */
function held(members: readonly Member[]): Operation[] {
  const task = randomUUID()
  return members
    .map(({ row }) => row.id)
    .sort()
    .flatMap((resource): Operation[] => [
      { op: 'claim', resource, task },
      { op: 'release', resource, task },
    ])
}

export function transfer(resource: Resource): Short<never, never> {
  return {
    async short(context) {
      const {
        store,
        row: subject,
        input,
      } = context as unknown as { store: Store; row: Row & { id: string }; input: Row }
      const to = input.to as string
      if (to === subject.account)
        throw invalidField('to', 'is the account that owns it already', 'Name another account.')
      const members = await membersOf(store, resource, subject)
      await checkReferences(store, members, await ownerView(store, to))
      await checkReferrers(store, members, to)
      const parts = members
        .slice(1)
        .map(({ kind, row }): Operation => ({ op: 'update', kind, id: row.id, set: { account: to } }))
      const untagged = members
        .filter(({ kind }) => store.catalogue.resource(kind).taggable)
        .map(({ kind, row }) => dropForeignTags(kind, row.id))
      return { set: { account: to }, operations: [...held(members), ...parts, ...untagged] }
    },
  }
}
