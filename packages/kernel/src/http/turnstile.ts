/**
 * Turns away before anything is made of a request. In a flood of guesses what each refusal costs is what everybody else waits for, and
 * the routes that anybody may ask know from the address alone whom they refuse. What is let through is looked at again behind it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Caller } from '../caller.ts'
import type { Guard, Route } from '../module.ts'
import type { RequestObserver } from '../observe/requests.ts'
import type { Admission } from '../pressure/admission.ts'
import { Problem } from '../problem.ts'
import { type Gate, strangerFrom } from './gate.ts'
import { headersFor } from './headers.ts'
import { internal, problemHeaders } from './problems.ts'

export interface TurnstileDeps {
  gate: Pick<Gate, 'limitNobody'>
  admission: Admission
  requests: RequestObserver
  onError(error: unknown, request: { id: string; method: string; url: string }): void
}

/** Whether it has turned the request away, and answers it. */
export type Turnstile = (request: IncomingMessage, response: ServerResponse) => boolean

const nameOf = (method: unknown, path: unknown): string => `${method} ${path}`

function answer(request: IncomingMessage, response: ServerResponse, id: string, problem: Problem): void {
  const body = JSON.stringify(problem)
  const isSecure = (request.socket as TLSSocket).encrypted === true
  response
    .writeHead(problem.status, {
      ...headersFor({ id, isSecure }),
      ...problemHeaders(problem),
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
    })
    .end(body)
}

/** @param routes those that have a guard are watched, asked for by their very path and without credentials */
export function createTurnstile(routes: readonly Route[], deps: TurnstileDeps): Turnstile {
  const { gate, admission, requests, onError } = deps
  const guarded = new Map<string, Route & { guard: Guard }>()
  for (const { guard, ...route } of routes)
    if (guard && route.public) guarded.set(nameOf(route.method, route.path), { ...route, guard })

  /** It counts as any other request does, and may be refused for that as well: then nothing is written down. */
  async function toldOf(
    { guard, method, path: url }: Route & { guard: Guard },
    from: Caller,
    response: ServerResponse,
    why: Problem,
  ) {
    try {
      admission.arrive('request', method, response)
      gate.limitNobody(from)
      admission.identify('request', '', response)
      await guard.note(why, from)
      return why
    } catch (error) {
      if (error instanceof Problem) return error
      const id = from.request ?? ''
      onError(error, { id, method, url })
      return internal(id)
    }
  }

  return (request, response) => {
    const route = guarded.get(nameOf(request.method, request.url))
    const { authorization, host, traceparent } = request.headers
    if (!route || authorization !== undefined || host === undefined) return false
    const id = crypto.randomUUID()
    const from = strangerFrom({ address: request.socket.remoteAddress, headers: request.headers, id })
    const why = route.guard.refuse(from)
    if (!why) return false
    requests.follow({ id, method: route.method, route: route.path, traceparent }, response, () =>
      toldOf(route, from, response, why).then((problem) => answer(request, response, id, problem)),
    )
    return true
  }
}
