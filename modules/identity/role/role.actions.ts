import {
  authorizeAt,
  conflict,
  implement,
  invalid,
  names,
  permissionsOf,
  type Statement,
  type Store,
} from '@basalt/kernel'
import type { FieldProblem } from '@basalt/resource'
import { checkMayGive, checkNotOwnRestriction } from '../access/granting.ts'
import { bindingsOfRole } from '../role-binding/bindings.ts'
import { role } from './role.resource.ts'

/** A pattern that names nothing is a mistake, and a dangerous one in a denial. */
function checkPatterns(store: Store, statements: readonly Statement[]): void {
  const known = permissionsOf(store.catalogue.resources).map(({ name }) => name)
  const problems = statements.flatMap(({ actions, except }, index) =>
    Object.entries({ actions, except: except ?? [] }).flatMap(([field, patterns]) =>
      patterns.flatMap((pattern, at): FieldProblem[] => {
        if (known.some((permission) => names(pattern, permission))) return []
        const remedy = 'Correct its spelling; docs/permissions.md lists every permission.'
        return [{ field: `statements.${index}.${field}.${at}`, message: 'names no permission', remedy }]
      }),
    ),
  )
  if (problems.length > 0) throw invalid(problems)
}

function checkNotSystem({ system, name }: { system: boolean; name: string }): void {
  if (system)
    throw conflict(
      'SYSTEM_ROLE',
      `The role "${name}" comes with the platform and cannot be changed.`,
      'Make a role of your own.',
    )
}

export const roleSlice = implement(role, {
  create: {
    async short({ input, caller, store }) {
      checkPatterns(store, input.statements)
      if (input.public) await authorizeAt(store.database, caller, role, 'publish', { account: caller.account })
      return { set: { system: false, public: input.public ?? false, revision: 0 } }
    },
  },
  update: {
    async short({ id, row, input, caller, store }) {
      checkNotSystem(row)
      const { statements } = input as { statements?: Statement[] }
      if (!statements) return undefined
      checkPatterns(store, statements)
      const bindings = await bindingsOfRole(store, id)
      await checkNotOwnRestriction(store, caller, bindings)
      await checkMayGive(
        store,
        caller,
        bindings.map((binding) => ({ ...binding, statements })),
      )
      return undefined
    },
  },
  delete: {
    check: async ({ row }) => checkNotSystem(row),
    short: async () => undefined,
  },
})
