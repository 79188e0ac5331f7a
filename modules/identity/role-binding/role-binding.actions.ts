import {
  authorizeAt,
  conflict,
  implement,
  invalidField,
  type Scope,
  type Statement,
  type Store,
  type Target,
} from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import { checkMayGive, checkNotOwnRestriction } from '../access/granting.ts'
import { isPowerOverPlatform, isSeparated, partOf, partsOfUser, separated } from '../separation/split.ts'
import { bindingsOfRole } from './bindings.ts'
import { type RoleBindingRow, roleBinding } from './role-binding.resource.ts'

interface Choice {
  user?: string | null
  group?: string | null
  scope: RoleBindingRow['scope']
  zone?: string | null
  domain?: string | null
  inAccount?: string | null
}

const BELONGS_TO = { zone: 'zone', domain: 'domain', inAccount: 'account' } as const

/** One who gets it, and just the place that the scope needs. */
function checkChoice(choice: Choice): void {
  if (Boolean(choice.user) === Boolean(choice.group))
    throw invalidField('user', 'must be given, or else a group, and not both', 'Name one user or one group.')
  for (const field of ['zone', 'domain', 'inAccount'] as const) {
    const scope = BELONGS_TO[field]
    if (choice[field] && choice.scope !== scope)
      throw invalidField(field, `goes with the scope "${scope}" only`, `Leave it out, or give "${scope}" as scope.`)
  }
  const { scope } = choice
  if ((scope === 'zone' || scope === 'domain') && !choice[scope])
    throw invalidField(scope, `is needed for the scope "${scope}"`, `Name the ${scope}.`)
}

async function scopeFor(store: Store, choice: Choice, acting: string): Promise<Scope> {
  checkChoice(choice)
  if (choice.scope === 'zone') return { kind: 'zone', zone: choice.zone as string }
  if (choice.scope === 'account') return { kind: 'account', account: choice.inAccount ?? acting }
  if (choice.scope === 'platform') return { kind: 'platform' }
  const [domain] = await store.all<{ id: string; path: string }>('domain', { id: choice.domain })
  if (!domain) throw conflict('DOMAIN_GONE', 'The domain was deleted meanwhile.', 'Choose another one.')
  return { kind: 'domain', domain: domain.id, path: domain.path }
}

/** The place whose rights are given. The whole platform lies in no place: only who has rights everywhere gives there. */
const placeOf = (scope: Scope): Target => ({
  account: scope.kind === 'account' ? scope.account : null,
  zone: scope.kind === 'zone' ? scope.zone : null,
  path: scope.kind === 'domain' ? scope.path : null,
})

/** The parts of a separated power exclude each other, also before it is separated. */
async function checkPart(store: Store, key: string | null | undefined, choice: Choice): Promise<void> {
  const part = partOf(key)
  if (!part) return
  if (!choice.user)
    throw invalidField('group', `cannot be ${part}: a part of the power is one person's`, 'Name a user.')
  if (choice.scope !== 'platform')
    throw invalidField('scope', `is too small for the role ${part}`, 'Give it on the "platform".')
  const other = (await partsOfUser(store, choice.user)).find((has) => has !== part)
  if (other) throw conflict('TWO_PARTS', `The user is ${other} already; nobody has two parts.`, 'Choose somebody else.')
}

interface Named {
  key?: string | null
  id: string
  name: string
  account: string
  statements: Statement[]
}

export const roleBindingSlice = implement(roleBinding, {
  create: {
    place: async ({ input, caller, store }) => placeOf(await scopeFor(store, input, caller.account)),
    async short({ input, caller, store, refs }) {
      const scope = await scopeFor(store, input, caller.account)
      const role = refs.get<Named>(input.role)
      await checkPart(store, role.key, input)
      const principal = refs.get<Named>((input.user ?? input.group) as string)
      await checkMayGive(store, caller, [{ statements: role.statements, scope }])
      const account = scope.kind === 'account' ? scope.account : principal.account
      return { set: { account, name: truncated(`${principal.name}: ${role.name}`, 63) } }
    },
  },
  delete: {
    async check({ id, row, caller, store }) {
      const binding = (await bindingsOfRole(store, row.role)).find((candidate) => candidate.id === id)
      if (!binding) return
      await authorizeAt(store.database, caller, roleBinding, 'delete', placeOf(binding.scope))
      await checkNotOwnRestriction(store, caller, [binding])
      if (isPowerOverPlatform(binding.scope) && (await isSeparated(store)))
        throw separated('Duties are separated: nobody alone decides who has power over the platform.')
      if (binding.scope.kind === 'platform' && binding.user === caller.user)
        throw conflict(
          'OWN_ROLE',
          'You cannot take a role on the platform from yourself.',
          'Ask another administrator, so that one is left.',
        )
    },
    short: async () => undefined,
  },
})
