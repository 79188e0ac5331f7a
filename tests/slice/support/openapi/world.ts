/** A furnished cloud under a flood of requests: who asks, and which ids there are, though both may be gone after any of them. */
import type { Kind, KindField } from '@basalt/resource'
import type { CloudEnvironment } from '@basalt/testkit'
import { type Document, type Operation, resolve, type Schema } from './document.ts'
import type { Ids, Known } from './values.ts'

export type Caller = 'operator' | 'tenant' | 'nobody'

export interface World {
  /** Headers of who asks. Whoever was thrown out, or lost the rights, comes back, if need be as somebody new. */
  headersOf(caller: Caller): Promise<Record<string, string>>
  /** What can be put into requests of the operation, as of now. */
  knownFor(operation: Operation): Promise<Known>
}

const NEVER_WAS = ['11111111-1111-4111-8111-111111111111', '7fffffff-ffff-7fff-bfff-ffffffffffff']
const PASSWORD = 'a-good-password'

interface Row {
  id: string
}

/** Kinds that a field of a name may refer to. */
function kindsByField(kinds: readonly Kind[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  const add = (field: KindField): void => {
    if (field.kind) found.set(field.name, (found.get(field.name) ?? new Set()).add(field.kind))
    for (const inner of [...(field.fields ?? []), ...(field.items ? [field.items] : [])]) add(inner)
  }
  for (const { fields, actions } of kinds)
    for (const field of [...fields, ...actions.flatMap(({ input }) => input)]) add(field)
  return found
}

function createIds(env: CloudEnvironment, kinds: readonly Kind[], kept: ReadonlySet<string>) {
  const fieldKinds = kindsByField(kinds)
  const existing = new Map<string, string[]>()
  const deleted = new Map<string, string[]>()

  async function look({ kind, path }: Kind): Promise<void> {
    const { body } = await env.call('operator', 'GET', `${path}?limit=20`)
    const ids = ((body.items ?? []) as Row[]).map(({ id }) => id).filter((id) => !kept.has(id))
    const gone = (existing.get(kind) ?? []).filter((id) => !ids.includes(id))
    deleted.set(kind, [...gone, ...(deleted.get(kind) ?? [])].slice(0, 2))
    existing.set(kind, ids)
  }

  return {
    look,
    of(names: Iterable<string>): Ids {
      const kindNames = [...names]
      return {
        there: kindNames.flatMap((kind) => (existing.get(kind) ?? []).slice(0, 6)),
        others: [...kindNames.flatMap((kind) => deleted.get(kind) ?? []), ...NEVER_WAS],
      }
    },
    kindsOf: (field: string): Iterable<string> => fieldKinds.get(field) ?? [],
    any: (): string[] => [...existing.values()].flatMap((ids) => ids.slice(0, 1)),
  }
}

function createCallers(env: CloudEnvironment, kept: Set<string>) {
  const tokens = new Map<Caller, string>()
  let made = 0

  const isStill = async (caller: Caller): Promise<boolean> => {
    const { status, body } = await env.call(null, 'GET', '/v1/me', undefined, await bearer(caller))
    return status === 200 && body.operator === (caller === 'operator')
  }
  const bearer = async (caller: Caller): Promise<Record<string, string>> => ({
    authorization: `Bearer ${tokens.get(caller)}`,
  })

  const roleOf = async (key: string): Promise<string> =>
    (await env.items('operator', `/v1/roles?key=${key}`))[0]?.id ?? ''

  /** The account that was furnished, as long as it is there. */
  async function tenantAccount(name: string): Promise<string> {
    const [furnished] = await env.items('operator', '/v1/accounts?name=ada&state=active')
    return furnished?.id ?? (await env.ok('operator', 'POST', '/v1/accounts', { name })).id
  }

  /** As somebody new, with all rights in the account. */
  async function join(caller: Caller): Promise<void> {
    const name = `${caller}-${++made}`
    const user = { name, username: name, password: PASSWORD }
    if (caller === 'operator') {
      const { id } = await env.ok('operator', 'POST', '/v1/users', user)
      const binding = { user: id, role: await roleOf('platformAdmin'), scope: 'platform' }
      await env.ok('operator', 'POST', '/v1/role-bindings', binding)
    } else {
      const inAccount = await tenantAccount(name)
      await env.ok('operator', 'POST', '/v1/users', { ...user, inAccount, role: await roleOf('accountAdmin') })
    }
    const { body } = await env.call(null, 'POST', '/v1/sessions', { username: name, password: PASSWORD })
    tokens.set(caller, String(body.token))
  }

  return {
    /** The first operator looks after the others, and is left in peace. */
    async keep(): Promise<void> {
      const { body } = await env.call('operator', 'GET', '/v1/me')
      for (const id of [body.user, body.session]) kept.add(String(id))
      for (const { id } of await env.items('operator', `/v1/role-bindings?user=${body.user}`)) kept.add(id)
    },
    async headersOf(caller: Caller): Promise<Record<string, string>> {
      if (caller === 'nobody') return {}
      if (!tokens.has(caller) || !(await isStill(caller))) await join(caller)
      return bearer(caller)
    },
  }
}

export async function createWorld(env: CloudEnvironment, document: Document, directory: string): Promise<World> {
  const kinds = (await env.call('operator', 'GET', '/v1/kinds')).body.items as Kind[]
  const kept = new Set<string>()
  const ids = createIds(env, kinds, kept)
  const { keep, headersOf } = createCallers(env, kept)
  await keep()
  for (const kind of kinds) await ids.look(kind)
  return {
    headersOf,
    async knownFor({ path }) {
      const kind = kinds.find((candidate) => path === candidate.path || path.startsWith(`${candidate.path}/`))
      if (kind) await ids.look(kind)
      return {
        directory,
        kinds: kinds.map((known) => known.kind),
        follow: (ref) => resolve(document, ref) as Schema,
        ids(name) {
          if (name === 'id' && kind) return ids.of([kind.kind])
          const found = ids.of(ids.kindsOf(name))
          return found.there.length > 0 ? found : { there: ids.any(), others: NEVER_WAS }
        },
      }
    },
  }
}
