/** Routes of sessions beside those of the kind: logging in and out, and who one is. */
import { conflict, entryOf, isSameOrigin, PLATFORM, Problem, Refused, type Route, type Store } from '@basalt/kernel'
import { rolesOf } from '../access/effective-roles.ts'
import type { UserRow } from '../user/user.resource.ts'
import type { Login } from './login.ts'
import { clearCookie, setCookie } from './token.ts'

/** A user name, a password, and what is around them. */
const MAX_LOGIN_BYTES = 8 * 1024

const foreignPage = (): Problem =>
  new Problem({
    status: 403,
    code: 'CROSS_ORIGIN',
    detail: 'A session cookie is given to the console itself only.',
    remedy: 'Leave "cookie" out; the answer has the token then.',
  })

const text = { type: 'string' }
const boolean = { type: 'boolean' }
const id = { type: 'string', format: 'uuid' }
const time = { type: 'string', format: 'date-time' }
const object = (description: string, properties: object, required: string[]) => ({
  description,
  content: { 'application/json': { schema: { type: 'object', properties, required } } },
})

function loginRoute(login: Login): Route {
  return {
    method: 'POST',
    path: '/v1/sessions',
    public: true,
    audited: true,
    maxBodyBytes: MAX_LOGIN_BYTES,
    operation: {
      operationId: 'session.create',
      summary: 'Log in: user name and password for a bearer token, or for a cookie.',
      tags: ['session'],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['username', 'password'],
              additionalProperties: false,
              properties: {
                username: { type: 'string', maxLength: 63 },
                password: { type: 'string', format: 'password', maxLength: 256 },
                cookie: {
                  type: 'boolean',
                  description:
                    'For browsers: the token comes as a cookie that no script can read, and not in the answer.',
                },
              },
            },
          },
        },
      },
      responses: {
        '201': object(
          'The token and who it belongs to; without the token when it comes as a cookie.',
          { id, token: text, expiresAt: time, endsAt: time, user: id, username: text, account: id, operator: boolean },
          ['id', 'expiresAt', 'endsAt', 'user', 'username', 'account', 'operator'],
        ),
      },
    },
    guard: login.guard,
    async handle({ body, caller, request, reply }) {
      const wantsCookie = (body as { cookie?: unknown } | undefined)?.cookie === true
      if (wantsCookie && !isSameOrigin(request.headers)) throw foreignPage()
      const { session, cookie } = await login.open(body, caller)
      reply.code(201)
      if (!cookie) return session
      reply.header('set-cookie', setCookie(session.token))
      const { token: _, ...rest } = session
      return rest
    },
  }
}

function logoutRoute(store: Store): Route {
  return {
    method: 'DELETE',
    path: '/v1/sessions/current',
    audited: true,
    operation: {
      operationId: 'session.end',
      summary: 'Log out: ends the session that the request came with.',
      tags: ['session'],
      responses: { '204': { description: 'It has ended.' } },
    },
    async handle({ caller, reply }) {
      const { session } = caller
      if (!session)
        throw conflict(
          'NO_SESSION',
          'This request came without a session.',
          'An access key is disabled or deleted instead.',
        )
      const facts = { action: 'session.delete', resource: session, outcome: 'accepted', code: null } as const
      try {
        await store.commit([
          { op: 'delete', kind: 'session', id: session },
          { op: 'audit', entry: entryOf(caller, facts) },
        ])
      } catch (error) {
        // It was ended elsewhere at the same time.
        if (!(error instanceof Refused)) throw error
      }
      reply.header('set-cookie', clearCookie).code(204).send()
    },
  }
}

function meRoute(store: Store): Route {
  return {
    method: 'GET',
    path: '/v1/me',
    operation: {
      operationId: 'me.get',
      summary: 'Who you are, and your roles.',
      tags: ['session'],
      responses: {
        '200': object(
          'Your user and account, and what the request came with: a session or an access key.',
          {
            session: id,
            accessKey: text,
            user: id,
            username: text,
            name: text,
            account: id,
            operator: boolean,
            part: text,
            roles: { type: 'array', items: { type: 'object' } },
          },
          ['user', 'account', 'operator', 'roles'],
        ),
      },
    },
    async handle({ caller }) {
      const user = await store.get<UserRow>('user', caller.user, PLATFORM)
      const { session, accessKey, account, operator } = caller
      const { username, name } = user ?? {}
      return {
        session,
        accessKey,
        user: caller.user,
        username,
        name,
        account,
        operator,
        part: caller.access?.part,
        roles: rolesOf(caller),
      }
    },
  }
}

export const sessionRoutes = (store: Store, login: Login): Route[] => [
  loginRoute(login),
  logoutRoute(store),
  meRoute(store),
]
