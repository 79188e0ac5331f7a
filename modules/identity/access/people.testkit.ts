/** People with roles, for tests: made through the API, logged in. */
import type { Answer, Call, CloudEnvironment } from '@basalt/testkit'

export interface Person {
  id: string
  account: string
  call(method: Call['method'], path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

export interface People {
  /** Id of a role that comes with the platform. */
  role(key: string): Promise<string>
  account(name: string, options?: Record<string, unknown>): Promise<string>
  domain(name: string, parent?: string): Promise<string>
  /** A user without other roles than the one given in its account. */
  person(username: string, account: string, role: string): Promise<Person>
  /** Give a role; answers with the id of the binding. */
  bind(choice: Record<string, unknown>): Promise<string>
  login(username: string): Promise<Answer>
  as(token: unknown): Person['call']
}

const PASSWORD = 'a-good-password'

export function peopleOf(env: CloudEnvironment): People {
  const make = async (path: string, body: object): Promise<string> => (await env.ok('operator', 'POST', path, body)).id
  const login: People['login'] = (username) => env.call(null, 'POST', '/v1/sessions', { username, password: PASSWORD })
  const as: People['as'] = (token) => (method, path, body, headers) =>
    env.call(null, method, path, body, { authorization: `Bearer ${token}`, prefer: 'wait=30', ...headers })
  const role: People['role'] = async (key) => (await env.items('operator', `/v1/roles?key=${key}`))[0]?.id ?? key
  return {
    role,
    login,
    as,
    account: (name, options) => make('/v1/accounts', { name, ...options }),
    domain: (name, parent) => make('/v1/domains', { name, ...(parent ? { parent } : {}) }),
    bind: (choice) => make('/v1/role-bindings', choice),
    async person(username, account, key) {
      const user = { name: username, username, password: PASSWORD, inAccount: account, role: await role(key) }
      const id = await make('/v1/users', user)
      return { id, account, call: as((await login(username)).body.token) }
    },
  }
}
