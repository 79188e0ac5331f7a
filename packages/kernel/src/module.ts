/** A module: vertical slices, the sagas that carry out their actions, and the few routes no kind derives. */
import type { SagaDefinition, StepContext } from '@basalt/saga'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Slice } from './action.ts'
import type { Caller } from './caller.ts'
import type { Examiner } from './observe/diagnosis.ts'
import type { AdmissionClass } from './pressure/admission.ts'

export interface RouteContext {
  /** Absent on public routes when nobody is logged in. */
  caller: Caller
  params: Record<string, string>
  query: Record<string, string>
  body: unknown
  request: FastifyRequest
  reply: FastifyReply
  /** Whether the session that the request came with still stands; for answers that go on for long. */
  stillValid(): Promise<boolean>
}

/** A route beside those that kinds derive. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `:name` parameters. */
  path: string
  /** Answers without a session. */
  public?: boolean
  /** OpenAPI operation: summary, body, answers. */
  operation: Record<string, unknown>
  /** The body arrives as a stream (`request.raw`) and may be long. */
  streaming?: boolean
  /** How it counts against the limits of the node; `request` unless given. */
  admission?: AdmissionClass
  handle(context: RouteContext): Promise<unknown>
}

export interface Module {
  name: string
  slices: readonly Slice[]
  /** Erased: the wiring gives each saga the dependencies its module binds. */
  sagas?: readonly SagaDefinition<never>[]
  /** Dependencies of this module's sagas for one execution of a step, fenced by its context. */
  bind?(context: StepContext): object
  routes?: readonly Route[]
  /** Look at the module's part of the cloud for `basalt doctor`. */
  examiners?: readonly Examiner[]
  /** After the database is there and before requests are served. */
  start?(): Promise<void>
  /** After `start`: resolves when tasks that a former node left can go on. Requests are served meanwhile. */
  ready?(): Promise<void>
  stop?(): Promise<void>
}
