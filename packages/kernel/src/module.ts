/** A module: vertical slices, the sagas that carry out their actions, and the few routes no kind derives. */
import type { Setting } from '@basalt/resource'
import type { SagaDefinition, StepContext } from '@basalt/saga'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Slice } from './action.ts'
import type { Caller } from './caller.ts'
import type { Examiner } from './observe/diagnosis.ts'
import type { AdmissionClass } from './pressure/admission.ts'
import type { Problem } from './problem.ts'
import type { Reconciler } from './reconcile/index.ts'

export interface RouteContext {
  /** Absent on public routes when nobody is logged in. */
  caller: Caller
  params: Record<string, string>
  query: Record<string, string>
  body: unknown
  request: FastifyRequest
  reply: FastifyReply
  /**
   * The caller as of now, with the rights it has now; null when its session is over. For answers that go on for long.
   * @param used whether somebody was at work meanwhile, which keeps a session from ending for want of use
   */
  current(used?: boolean): Promise<Caller | null>
  /** The request counts as so many more of its user: what it takes beyond the rate is owed, and later ones wait for it. */
  charge(more: number): void
}

/** A route beside those that kinds derive. */
/** Turns away those of whom it is known before the body is read that they will be refused. */
export interface Guard {
  /** Why this one is turned away; null when it may go on. */
  refuse(from: Caller): Problem | null
  /** Writes down that it was; the caller is told when this resolves. */
  note(why: Problem, from: Caller): Promise<void>
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `:name` parameters. */
  path: string
  /** Answers without a session. */
  public?: boolean
  /** The handler writes the audit itself, with what it changes. */
  audited?: boolean
  /** OpenAPI operation: summary, body, answers. */
  operation: Record<string, unknown>
  /** The body arrives as a stream (`request.raw`) and may be long. */
  streaming?: boolean
  /** What the body is: JSON unless given; CSV arrives as bytes. */
  body?: 'csv'
  /** The longest body that is taken, where the server's own bound is more than it needs. */
  maxBodyBytes?: number
  /** Asked before the body is read. */
  guard?: Guard
  /** How it counts against the limits of the node; `request` unless given. */
  admission?: AdmissionClass
  /** Answers with what is made JSON of, or with text where it has set the answer's type: derived reads answer with JSON that is text already. */
  handle(context: RouteContext): Promise<unknown>
}

export interface Module {
  name: string
  slices: readonly Slice[]
  /** What operators may tune of it while it runs. */
  // biome-ignore lint/suspicious/noExplicitAny: of any value type
  settings?: readonly Setting<any>[]
  /** Erased: the wiring gives each saga the dependencies its module binds. */
  sagas?: readonly SagaDefinition<never>[]
  /** Dependencies of this module's sagas for one execution of a step, fenced by its context. */
  bind?(context: StepContext): object
  routes?: readonly Route[]
  /** What of the world this module compares with its rows. */
  reconcilers?: readonly Reconciler[]
  /** Look at the module's part of the cloud for `basalt doctor`. */
  examiners?: readonly Examiner[]
  /** After the database is there and before requests are served. */
  start?(): Promise<void>
  /** After `start`: resolves when tasks that a former node left can go on. Requests are served meanwhile. */
  ready?(): Promise<void>
  stop?(): Promise<void>
  /** Every hour: forget what nobody needs any more. */
  tidy?(): Promise<void>
}
