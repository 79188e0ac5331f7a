/** Somebody must be left who administers the platform. */
import { conflict, type Store } from '@basalt/kernel'
import { systemRole } from '../role/reconcile-roles.ts'

/** Users who administer the platform, themselves or through a group. */
const ADMINISTRATORS = `select u.id from "user" u where exists (select from role_binding b where b.role = $1 and b.scope = 'platform'
  and (b."user" = u.id or b."group" in (select m."group" from group_member m where m."user" = u.id)))`

/** @throws Problem LAST_ADMINISTRATOR when with the user, or with all users of the account, the last one would go */
export async function checkAdministratorStays(
  store: Store,
  { user, account }: { user?: string; account?: string },
): Promise<void> {
  const role = await systemRole(store, 'platformAdmin')
  const administrators = await store.database.query<{ id: string; account: string }>(
    `select a.id, u.account from (${ADMINISTRATORS}) a join "user" u on u.id = a.id`,
    [role.id],
  )
  const isLeaving = (each: { id: string; account: string }): boolean => each.id === user || each.account === account
  if (administrators.some((each) => !isLeaving(each)) || !administrators.some(isLeaving)) return
  throw conflict(
    'LAST_ADMINISTRATOR',
    'Nobody would be left who administers the platform.',
    'Give somebody else the role of the platform’s administrator first.',
  )
}
