/** Lists as CSV: every page, one after the other as they are taken, so that none but the one under way is in memory. */
import { Readable } from 'node:stream'
import { kebab, type Resource } from '@basalt/resource'
import type { FastifyRequest } from 'fastify'
import { audienceOf } from '../access/grants.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { RouteContext } from '../module.ts'
import { invalidField, unauthenticated } from '../problem.ts'
import type { ListRequest } from '../query/lists.ts'
import { requestOf } from '../query/parameters.ts'
import type { Store } from '../store.ts'
import { isShown } from '../view.ts'
import { CSV_TYPE, csvLine } from './cells.ts'

const PAGE = 500
const MOST_ROWS = 10_000_000

/** Whether CSV is asked for, and JSON is not. */
export function wantsCsv({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  const accepted = headers.accept ?? ''
  return /(?:^|,)\s*text\/csv\s*(?:[;,]|$)/i.test(accepted) && !/application\/json/i.test(accepted)
}

/** Names of the columns: the fields that are asked for, or all that the caller can see. */
function columnsFor(resource: Resource, { fields }: ListRequest, caller: Caller): string[] {
  if (fields !== undefined) return fields.split(',').map((name) => name.trim())
  const audience = audienceOf(caller)
  return Object.entries(resource.fields).flatMap(([name, spec]) => (isShown(spec, audience) ? [name] : []))
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? MOST_ROWS)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS) return limit
  throw invalidField('limit', `must be 1 to ${MOST_ROWS}`, 'Leave it out for everything.')
}

function listOf(resource: Resource, { limit: _, ...query }: Record<string, string>): ListRequest {
  for (const name of ['count', 'groupBy'] as const)
    if (query[name] !== undefined)
      throw invalidField(name, 'is not for CSV', 'Leave it out, or ask for JSON: Accept: application/json.')
  const request = requestOf(query, resource.recycle !== undefined)
  if ('groups' in request) throw new TypeError('groups were refused before')
  return request.list
}

async function* pages(store: Store, resource: Resource, context: RouteContext): AsyncGenerator<string> {
  const { query } = context
  let caller: Caller | null = context.caller
  let request = listOf(resource, query)
  const columns = columnsFor(resource, request, caller)
  let head = csvLine(columns)
  for (let left = limitOf(query.limit); left > 0; ) {
    // It may go on for long: the rights of now count, and a session that is over ends it.
    if (!caller) throw unauthenticated('The session ended while the list was read.')
    const { items, next } = await store.list<Row>(resource.kind, caller, { ...request, limit: Math.min(PAGE, left) })
    yield head + items.map((item) => csvLine(columns.map((name) => item[name]))).join('')
    head = ''
    left -= items.length
    if (next === undefined) return
    request = { ...request, cursor: next, offset: undefined }
    caller = await context.current(true)
  }
}

async function* resumed(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** Answers a list as CSV. What is wrong with the request is told before the first byte; what breaks later breaks the answer off. */
export async function exportCsv(store: Store, resource: Resource, context: RouteContext): Promise<Readable> {
  const rows = pages(store, resource, context)
  const first = await rows.next()
  context.reply
    .type(CSV_TYPE)
    .header('content-disposition', `attachment; filename="${kebab(resource.plural)}.csv"`)
    .header('vary', 'accept')
  return Readable.from(resumed(first.value ?? '', rows), { highWaterMark: 1 })
}
