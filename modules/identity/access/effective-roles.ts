import { accessOf, type Caller, type Grant, type Scope } from '@basalt/kernel'

/** A role as `GET /v1/me` tells of it. */
export interface EffectiveRole {
  binding: string | null
  role: string | null
  name: string
  scope: Scope
  /** Whether it counts now; roles in accounts other than the one acted in do not. */
  counts: boolean
}

/** All roles of the caller, also those in other accounts, which it can act in. */
export function rolesOf(caller: Caller): EffectiveRole[] {
  const { grants, elsewhere } = accessOf(caller)
  const told =
    (counts: boolean) =>
    ({ binding, role, scope }: Grant): EffectiveRole => ({ binding, role: role.id, name: role.name, scope, counts })
  return [...grants.map(told(true)), ...elsewhere.map(told(false))]
}
