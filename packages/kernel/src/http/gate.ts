/** Who may come in: before the body is read, the rate of each sender is weighed, and it is found out who that is. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ACCOUNT_HEADER } from '../access/acting.ts'
import { attached } from '../attached.ts'
import type { Caller } from '../caller.ts'
import type { Route } from '../module.ts'
import type { Cluster } from '../nodes/cluster.ts'
import type { Admission } from '../pressure/admission.ts'
import { Problem, unauthenticated } from '../problem.ts'
import { bodyChanged, hasBody } from './body.ts'
import { type Authenticate, type Authenticated, credentialsOf } from './credentials.ts'
import { type Buckets, type Rate, senderOf, tooManyRequests } from './rate-limit.ts'
import { requireSameOrigin } from './same-origin.ts'
import { createSharedBuckets } from './shared-buckets.ts'

/** How many requests a second are let in; asked for each time, so that a change counts at once. */
export interface RequestRates {
  /** Of one user. */
  user(): Rate
  /** Of one address, without a session. */
  anonymous(): Rate
}

export interface GateDeps {
  authenticate: Authenticate
  /** The caller acting in another account, which the header `Basalt-Account` names. */
  actIn(caller: Caller, account: string): Promise<Caller>
  /** Counts what is open at once. */
  admission: Admission
  /** Everything is let in without. */
  rates?: RequestRates
  /** The nodes that rates are shared with. */
  cluster: Pick<Cluster, 'ring' | 'onBell'>
}

export interface Gate {
  /** Runs before the body is read. @throws Problem */
  enter(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void>
  /** Counts one who does not say who that is. @throws Problem when there were too many from the address */
  limitNobody(from: Caller): void
  /** Who came in. */
  callerOf(request: FastifyRequest): Caller
  isAnonymous(request: FastifyRequest): boolean
  /** The caller as of now; null when its credentials count no more. */
  current(request: FastifyRequest, used?: boolean): Promise<Caller | null>
  /** Counts a request as so many more. */
  charge(request: FastifyRequest, more: number): void
  /** Whether a body is the one that its sender signed; every one is when nothing was signed. */
  isSignedBody(request: FastifyRequest, body: string | Buffer): boolean
}

const EMPTY_SHA256 = createHash('sha256').digest('hex')

function limit(buckets: Buckets | undefined, key: string): void {
  const seconds = buckets?.take(key) ?? 0
  if (seconds > 0) throw tooManyRequests(seconds)
}

/** What can be told before the body is read: streams are sent unsigned, everything else is signed, also that there is none. */
function checkSignature(route: Route, request: FastifyRequest, sha256: string | null | undefined): void {
  if (sha256 === undefined) return
  if (route.streaming && sha256 !== null)
    throw bodyChanged('A stream is not compared with a digest.', 'Sign UNSIGNED-PAYLOAD as its content.')
  if (!route.streaming && sha256 === null)
    throw bodyChanged('This body must be signed.', 'Sign its SHA-256; UNSIGNED-PAYLOAD is for streams.')
  if (!route.streaming && !hasBody(request) && sha256 !== EMPTY_SHA256)
    throw bodyChanged('The body that was signed is missing.', 'Send it, or sign the SHA-256 of nothing.')
}

const comesFrom = ({ address, headers, id }: Sent) => ({
  address,
  client: headers['user-agent'],
  request: id,
  begunAtMs: performance.now(),
})

interface Sent {
  address: string | undefined
  headers: IncomingHttpHeaders
  id: string
}

const sentBy = ({ ip: address, headers, id }: FastifyRequest): Sent => ({ address, headers, id })

/** Who does not say who that is. */
export const strangerFrom = (sent: Sent): Caller => ({ user: '', account: '', operator: false, ...comesFrom(sent) })

interface Entered {
  caller: Caller
  /** Absent for nobody in particular. */
  authenticated?: Authenticated
}

export function createGate({ authenticate, actIn, admission, rates, cluster }: GateDeps): Gate {
  const entered = attached<FastifyRequest, Entered>('entered')
  const users = rates && createSharedBuckets('user', () => rates.user(), cluster)
  const addresses = rates && createSharedBuckets('anonymous', () => rates.anonymous(), cluster)

  /** Of most requests it is known at once: they are not made to wait for what is there. */
  function acting(request: FastifyRequest, caller: Caller): Caller | Promise<Caller> {
    const account = request.headers[ACCOUNT_HEADER]
    const complete = (there: Caller): Caller => ({ ...there, ...comesFrom(sentBy(request)) })
    return typeof account === 'string' ? actIn(caller, account).then(complete) : complete(caller)
  }

  async function known(route: Route, request: FastifyRequest): Promise<Entered> {
    const authenticated = await authenticate(credentialsOf(request))
    if (!authenticated) throw unauthenticated()
    limit(users, authenticated.caller.user)
    if (authenticated.ambient) requireSameOrigin(request.method, request.headers)
    checkSignature(route, request, authenticated.bodySha256)
    const caller = acting(request, authenticated.caller)
    return { caller: caller instanceof Promise ? await caller : caller, authenticated }
  }

  const limitNobody = ({ address = '' }: Caller): void => limit(addresses, senderOf(address))

  function nobody(request: FastifyRequest): Entered {
    const caller = strangerFrom(sentBy(request))
    limitNobody(caller)
    return { caller }
  }

  /** @throws Problem, which is written down then */
  async function turnAway({ guard }: Route, from: Caller): Promise<void> {
    const why = guard?.refuse(from)
    if (!why) return
    await guard?.note(why, from)
    throw why
  }

  const of = (request: FastifyRequest): Entered => {
    const found = entered.get(request)
    if (!found) throw new TypeError('this request has not come through the gate')
    return found
  }

  return {
    async enter(route, request, reply) {
      const found = route.public && !request.headers.authorization ? nobody(request) : await known(route, request)
      entered.set(request, found)
      admission.identify(route.admission ?? 'request', found.caller.user, reply.raw)
      if (route.guard) await turnAway(route, found.caller)
    },
    limitNobody,
    callerOf: (request) => of(request).caller,
    isAnonymous: (request) => !of(request).authenticated,
    async current(request, used = false) {
      const { caller, authenticated } = of(request)
      if (!authenticated) return caller
      try {
        const now = await authenticated.current(used)
        return now && (await acting(request, now))
      } catch (error) {
        // It may no longer act in that account.
        if (error instanceof Problem) return null
        throw error
      }
    },
    charge(request, more) {
      const { caller } = of(request)
      if (caller.user) users?.owe(caller.user, more)
    },
    isSignedBody(request, body) {
      const wanted = entered.get(request)?.authenticated?.bodySha256
      return !wanted || createHash('sha256').update(body).digest('hex') === wanted
    },
  }
}
