/** What operators may tune about logging in. */
import { defineSetting, f } from '@basalt/resource'

const perMinute = (doc: string) => f.integer({ doc, unit: '/min', minimum: 1, maximum: 10_000 })
const perSecond = (doc: string) => f.integer({ doc, unit: '/s', minimum: 1, maximum: 1_000_000 })

export const sessionIdleMinutes = defineSetting(
  'identity.sessionIdleMinutes',
  f.integer({ doc: 'A session ends when it was not used for this long.', unit: 'min', minimum: 1, maximum: 43_200 }),
  { default: 60, concern: 'security' },
)

export const sessionHours = defineSetting(
  'identity.sessionHours',
  f.integer({
    doc: 'A session ends this long after its login, however much it is used.',
    unit: 'h',
    minimum: 1,
    maximum: 720,
  }),
  { default: 12, concern: 'security' },
)

export const maxSessionsPerUser = defineSetting(
  'identity.maxSessionsPerUser',
  f.integer({ doc: 'With one more, the session that was used least recently ends.', minimum: 1, maximum: 10_000 }),
  { default: 100, concern: 'security' },
)

export const loginAttempts = defineSetting(
  'identity.loginAttempts',
  perMinute('Wrong passwords for one user name from one address.'),
  { default: 10, concern: 'security' },
)

export const loginAttemptsPerAddress = defineSetting(
  'identity.loginAttemptsPerAddress',
  perMinute('Wrong passwords from one address, whatever the user name.'),
  { default: 60, concern: 'security' },
)

export const loginAttemptsPerUser = defineSetting(
  'identity.loginAttemptsPerUser',
  perMinute('Wrong passwords for one user name from all addresses that it has not logged in from.'),
  { default: 60, concern: 'security' },
)

export const requestsPerSecond = defineSetting(
  'identity.requestsPerSecond',
  perSecond('Requests of one user, on all nodes together; twice as many may come in a burst.'),
  { default: 1_000, concern: 'security' },
)

export const anonymousRequestsPerSecond = defineSetting(
  'identity.anonymousRequestsPerSecond',
  perSecond('Requests without a session from one address, on all nodes together; twice as many may come in a burst.'),
  { default: 50, concern: 'security' },
)

export const separationRequestHours = defineSetting(
  'identity.separationRequestHours',
  f.integer({
    doc: 'How long a second part has to approve what one asks for while duties are separated.',
    unit: 'h',
    minimum: 1,
    maximum: 168,
  }),
  { default: 24, concern: 'security' },
)

export const identitySettings = [
  separationRequestHours,
  sessionIdleMinutes,
  sessionHours,
  maxSessionsPerUser,
  loginAttempts,
  loginAttemptsPerAddress,
  loginAttemptsPerUser,
  requestsPerSecond,
  anonymousRequestsPerSecond,
]
