import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, mayAnywhere, type Permission, type Target } from './decide.ts'
import { domainsOf, type Grant, isAbout, names, type Scope, type Statement } from './statement.ts'

const ids = ['a', 'b', 'c'] as const
const id = fc.constantFrom(...ids)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const patterns = fc.constantFrom('*', 'vm.*', '*.read', 'vm.read', 'vm.start', 'host.read', 'host.*')
const statement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom('allow', 'deny'),
  actions: fc.array(patterns, { minLength: 1, maxLength: 3 }),
  except: optional(fc.array(patterns, { maxLength: 1 })),
  resources: optional(fc.array(id, { minLength: 1 })),
  zones: optional(fc.array(id, { minLength: 1 })),
  mine: optional(fc.boolean()),
})
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.constant<Scope>({ kind: 'platform' }),
  id.map((zone): Scope => ({ kind: 'zone', zone })),
  id.map((account): Scope => ({ kind: 'account', account })),
  fc.array(id, { minLength: 1, maxLength: 3 }).map(
    (path): Scope => ({
      kind: 'domain',
      domain: path.at(-1) as string,
      path: `/${path.join('/')}/`,
    }),
  ),
)
const grant: fc.Arbitrary<Grant> = fc.record({
  binding: fc.uuid(),
  role: fc.constant({ id: null, name: 'some' }),
  scope,
  statements: fc.array(statement, { minLength: 1, maxLength: 3 }),
})
const permission: fc.Arbitrary<Permission> = fc.record({
  name: fc.constantFrom('vm.read', 'vm.start', 'host.read', 'image.delete'),
  audience: fc.constantFrom('tenant', 'domain', 'operator'),
})
const target: fc.Arbitrary<Target> = fc.record({
  id: optional(id),
  account: fc.option(id),
  path: fc.option(fc.array(id, { minLength: 1, maxLength: 3 }).map((path) => `/${path.join('/')}/`)),
  zone: fc.option(id),
  user: fc.option(id),
})
const question = fc.tuple(fc.array(grant, { maxLength: 5 }), permission, target, id)

const everywhere = (sentence: Statement): Grant => ({
  binding: null,
  role: { id: null, name: 'x' },
  scope: { kind: 'platform' },
  statements: [sentence],
})
const deny = ({ name }: Permission): Grant => everywhere({ effect: 'deny', actions: [name] })
const allow = ({ name }: Permission): Grant => everywhere({ effect: 'allow', actions: [name] })

test('[iam.roles] an explicit denial always wins, wherever it stands', () => {
  fc.assert(
    fc.property(question, fc.nat(), ([grants, asked, on, user], at) => {
      const denied = [...grants.slice(0, at % 6), deny(asked), ...grants.slice(at % 6)]
      expect(decide(denied, asked, on, user)).toMatchObject({ allowed: false, by: { statement: { effect: 'deny' } } })
    }),
  )
})

test('[iam.roles] without a statement that allows it, the answer is no', () => {
  fc.assert(
    fc.property(question, ([grants, asked, on, user]) => {
      const without = grants.map((one) => ({
        ...one,
        statements: one.statements.filter((it) => it.effect === 'deny' || !isAbout(it, asked.name)),
      }))
      expect(decide(without, asked, on, user).allowed).toBe(false)
      expect(decide([], asked, on, user)).toEqual({ allowed: false })
    }),
  )
})

test('[iam.roles] what is allowed is allowed by a statement about it, bound high enough', () => {
  fc.assert(
    fc.property(question, ([grants, asked, on, user]) => {
      const { allowed, by } = decide(grants, asked, on, user)
      if (!allowed) return
      expect(by && isAbout(by.statement, asked.name)).toBe(true)
      expect(by?.statement.effect).toBe('allow')
      if (asked.audience === 'operator') expect(['platform', 'zone']).toContain(by?.grant.scope.kind)
      if (asked.audience === 'domain') expect(by?.grant.scope.kind).not.toBe('account')
      expect(mayAnywhere(grants, asked)).toBe(true)
    }),
  )
})

test('[iam.roles] the order of grants does not matter, and a denial taken away never takes a right', () => {
  fc.assert(
    fc.property(question, ([grants, asked, on, user]) => {
      const { allowed } = decide(grants, asked, on, user)
      expect(decide([...grants].reverse(), asked, on, user).allowed).toBe(allowed)
      const milder = grants.map((one) => ({ ...one, statements: one.statements.filter((it) => it.effect === 'allow') }))
      if (allowed) expect(decide(milder, asked, on, user).allowed).toBe(true)
      const { by } = decide([...grants, allow(asked)], asked, on, user)
      expect(by).toBeDefined()
    }),
  )
})

test('[iam.roles] patterns name a permission, a kind, an action, or all', () => {
  expect(['*', 'vm.*', '*.start', 'vm.start'].map((pattern) => names(pattern, 'vm.start'))).toEqual(Array(4).fill(true))
  expect(['vm', 'vm.stop', 'v.*', '*.star', 'nic.*'].map((pattern) => names(pattern, 'vm.start'))).toEqual(
    Array(5).fill(false),
  )
  expect(domainsOf('/a/b/')).toEqual(['a', 'b'])
})
