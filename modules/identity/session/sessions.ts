/** Logging in, and who a token belongs to. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  accountFrozen,
  type Caller,
  entryOf,
  invalid,
  type Operation,
  PLATFORM,
  Problem,
  type Route,
  type Store,
} from '@basalt/kernel'
import { f, objectSchema, problemsOf } from '@basalt/resource'
import { ACCESS_VERSION, type CallerAccess } from '../access/caller-access.ts'
import { rolesOf } from '../access/effective-roles.ts'
import { verifyPassword } from '../user/password.ts'
import { createThrottle } from './throttle.ts'

const SESSION_HOURS = 12

interface UserRow {
  id: string
  name: string
  account: string
  username: string
  passwordHash: string
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

const credentials = objectSchema(
  { username: f.text({ maxLength: 63 }), password: f.text({ maxLength: 256, secret: true }) },
  'create',
)

const refused = (): Problem =>
  new Problem({
    status: 401,
    code: 'WRONG_CREDENTIALS',
    detail: 'The user name or the password is wrong.',
    remedy: 'Check both; an operator can set a new password.',
  })

/** Operations that end all sessions of a user. */
export async function endSessions(store: Store, user: string): Promise<Operation[]> {
  const sessions = await store.all<{ id: string }>('session', { user })
  return sessions.map(({ id }): Operation => ({ op: 'delete', kind: 'session', id }))
}

export interface Sessions {
  /** Who the token belongs to; null when it is unknown or expired. */
  authenticate(token: string): Promise<Caller | null>
  routes: Route[]
}

export function createSessions(store: Store, access: CallerAccess): Sessions {
  const throttle = createThrottle({ attempts: 10, windowMs: 60_000 })

  async function login(body: unknown, from: Caller) {
    const address = from.address ?? ''
    const parsed = credentials.safeParse(body ?? {}, { reportInput: true })
    if (!parsed.success) throw invalid(problemsOf(parsed.error))
    const { username, password } = parsed.data as { username: string; password: string }
    throttle.check(`${address} ${username}`)
    const [user] = await store.all<UserRow>('user', { username })
    if (!(await verifyPassword(password, user?.passwordHash ?? null)) || !user) {
      await store.commit([
        {
          op: 'audit',
          entry: entryOf(
            { ...from, user: user?.id ?? '', account: user?.account ?? '' },
            { action: 'session.create', resource: null, outcome: 'refused', code: 'WRONG_CREDENTIALS' },
          ),
        },
      ])
      throw refused()
    }
    throttle.forget(`${address} ${username}`)
    if (await access.isFrozen(user.account)) throw accountFrozen()
    return open(user, from)
  }

  async function open(user: UserRow, from: Caller) {
    const token = randomBytes(32).toString('base64url')
    const expiresAt = new Date((await store.now()) + SESSION_HOURS * 3_600_000).toISOString()
    const id = randomUUID()
    await store.commit([
      { op: 'require', kind: 'user', id: user.id },
      {
        op: 'insert',
        kind: 'session',
        row: {
          id,
          name: user.username,
          description: '',
          account: user.account,
          user: user.id,
          tokenHash: hashOf(token),
          address: from.address ?? '',
          expiresAt,
        },
      },
      {
        op: 'audit',
        entry: entryOf(
          { ...from, user: user.id, account: user.account },
          { action: 'session.create', resource: id, outcome: 'accepted', code: null },
        ),
      },
    ])
    return {
      id,
      token,
      expiresAt,
      user: user.id,
      username: user.username,
      account: user.account,
      operator: (await authenticate(token))?.operator ?? false,
    }
  }

  async function authenticate(token: string): Promise<Caller | null> {
    const [row] = await store.database.query<{ session: string; user: string; account: string; version: number }>(
      `select s.id as session, u.id as user, u.account, ${ACCESS_VERSION} as version from session s join "user" u on u.id = s."user" where s.token_hash = $1 and s.expires_at > now()`,
      [hashOf(token)],
    )
    const caller = row && (await access.callerOf(row, row.version))
    return caller ? { ...caller, session: row.session } : null
  }

  return {
    authenticate,
    routes: [
      {
        method: 'POST',
        path: '/v1/sessions',
        public: true,
        audited: true,
        operation: {
          operationId: 'session.create',
          summary: 'Log in: user name and password for a bearer token.',
          tags: ['session'],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['username', 'password'],
                  additionalProperties: false,
                  properties: { username: { type: 'string' }, password: { type: 'string', format: 'password' } },
                },
              },
            },
          },
          responses: {
            '201': {
              description: 'The token and who it belongs to.',
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    properties: {
                      token: { type: 'string' },
                      expiresAt: { type: 'string', format: 'date-time' },
                      user: { type: 'string' },
                      account: { type: 'string' },
                      operator: { type: 'boolean' },
                    },
                  },
                },
              },
            },
          },
        },
        async handle({ body, caller, reply }) {
          const opened = await login(body, caller)
          reply.code(201)
          return opened
        },
      },
      {
        method: 'GET',
        path: '/v1/me',
        operation: {
          operationId: 'me.get',
          summary: 'Who you are, and your roles.',
          tags: ['session'],
          responses: {
            '200': {
              description: 'Your user and account.',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
          },
        },
        async handle({ caller }) {
          const user = await store.get<UserRow>('user', caller.user, PLATFORM)
          return {
            session: caller.session,
            user: caller.user,
            username: user?.username,
            name: user?.name,
            account: caller.account,
            operator: caller.operator,
            roles: rolesOf(caller),
          }
        },
      },
    ],
  }
}
