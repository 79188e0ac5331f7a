import { type FromAgent, MAX_CONTROL_MESSAGE_BYTES, type ToAgent } from '@basalt/contracts'
import { isRecord, transportError } from './errors.ts'

type Check = (value: unknown) => boolean
type Shape = Readonly<Record<string, Check>>

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const positiveInteger: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0
const record: Check = isRecord
const texts: Check = (value) => Array.isArray(value) && value.every(text)
const anything: Check = () => true
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const object =
  (shape: Shape): Check =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([field, check]) => check(value[field]))

/** Ids come back as map keys and in the ledger; a bound keeps a broken peer from filling memory with them. */
const id: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= 128
const range = object({ current: positiveInteger, oldest: positiveInteger })
const wireError = object({ code: text, message: text, remedy: optional(text), details: optional(record) })
const fence = object({ resource: id, epoch: (value) => Number.isSafeInteger(value), task: text, step: text })
const result: Check = (value) =>
  isRecord(value) && (value.ok === true || (value.ok === false && wireError(value.error)))

const FROM_AGENT: Readonly<Record<FromAgent['type'], Check>> = {
  hello: object({
    protocol: range,
    agentVersion: text,
    bootId: text,
    sessionId: id,
    inventory: record,
    status: optional(record),
  }),
  progress: object({ id, percent: number, message: optional(text) }),
  result: (value) => object({ id })(value) && result(value),
  heartbeat: object({ status: record }),
  event: object({ event: record }),
  streamFailed: object({ stream: id, error: wireError }),
}

const pace = object({
  pingMs: positiveInteger,
  silentMs: positiveInteger,
  statusMs: positiveInteger,
  poolsMs: positiveInteger,
})

const TO_AGENT: Readonly<Record<ToAgent['type'], Check>> = {
  welcome: object({
    protocol: positiveInteger,
    heartbeatIntervalMs: positiveInteger,
    node: text,
    pingIntervalMs: optional(positiveInteger),
    nodeUrls: optional(texts),
    pace: optional(pace),
  }),
  pace: object({ pace }),
  nodes: object({ urls: texts }),
  reject: object({ error: wireError }),
  command: object({
    id,
    name: text,
    params: anything,
    fence: optional(fence),
    deadlineMs: number,
    trace: optional(text),
  }),
  cancel: object({ id }),
  openStream: object({ stream: id, kind: text, params: anything }),
  acknowledge: object({ id }),
}

/**
 * Reads a message of an agent and checks its outer shape; inventories, statuses, events and command results are the receiver's to check.
 * @throws TransportError MESSAGE_INVALID
 */
export function parseFromAgent(json: string): FromAgent {
  return parse(json, FROM_AGENT) as unknown as FromAgent
}

/** Reads a message of the control plane and checks its shape. */
export function parseToAgent(json: string): ToAgent {
  return parse(json, TO_AGENT) as unknown as ToAgent
}

function parse(json: string, shapes: Readonly<Record<string, Check>>): Record<string, unknown> {
  let message: unknown
  try {
    message = JSON.parse(json)
  } catch (cause) {
    throw transportError('MESSAGE_INVALID', 'The message is not JSON.', { cause })
  }
  const type = isRecord(message) ? message.type : undefined
  const shape = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined
  if (!isRecord(message) || shape === undefined) {
    throw transportError('MESSAGE_INVALID', `The message has no known type: ${JSON.stringify(type)}.`)
  }
  if (!shape(message)) throw transportError('MESSAGE_INVALID', `A "${String(type)}" message has the wrong fields.`)
  return message
}

/** @throws TransportError MESSAGE_TOO_LARGE */
export function encode<Message extends { readonly type: string }>(message: Message): string {
  const json = JSON.stringify(message)
  const sizeBytes = Buffer.byteLength(json)
  if (sizeBytes <= MAX_CONTROL_MESSAGE_BYTES) return json
  throw transportError('MESSAGE_TOO_LARGE', `A "${message.type}" message of ${sizeBytes} bytes is too long.`, {
    details: { sizeBytes, limitBytes: MAX_CONTROL_MESSAGE_BYTES },
  })
}
