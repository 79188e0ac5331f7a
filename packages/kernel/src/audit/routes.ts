/** `GET /v1/audit`, as JSON or CSV, and `POST /v1/audit/verify`. */
import { isUuid, snake } from '@basalt/resource'
import { authorizeAt } from '../access/authorize.ts'
import type { Caller } from '../caller.ts'
import { CSV_TYPE, csvLine } from '../csv/cells.ts'
import type { Database, Row } from '../database.ts'
import type { Route } from '../module.ts'
import { invalidField } from '../problem.ts'
import { visibleSql } from '../visibility.ts'
import { auditLog } from './audit-log.ts'
import type { AuditVerification } from './verify.ts'

const COLUMNS = [
  'at',
  'user',
  'account',
  'action',
  'resource',
  'address',
  'client',
  'request',
  'outcome',
  'code',
  'durationMs',
] as const
const UUIDS: readonly string[] = ['user', 'account', 'resource']
const EXACT = ['user', 'account', 'action', 'resource', 'address', 'outcome', 'code', 'request'] as const
const MOST = 1_000
const MOST_CSV = 100_000

const select = `select seq, ${COLUMNS.map((name) => `"${snake(name)}" as "${name}"`).join(', ')} from audit`

function timeOf(name: string, text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(Date.parse(text)))
    throw invalidField(name, 'must be an RFC 3339 time', 'Give one such as 2026-01-31T00:00:00Z.')
  return new Date(text).toISOString()
}

function limitOf(text: string | undefined, most: number): number {
  const limit = Number(text ?? (most === MOST ? 100 : most))
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw invalidField('limit', `must be 1 to ${most}`, `Ask for at most ${most} at a time.`)
  return limit
}

/** Conditions of a query, first of all which entries the caller may see. */
function conditionsOf(query: Record<string, string>, caller: Caller, values: unknown[]): string[] {
  const add = (sql: (parameter: string) => string, value: unknown): string => sql(`$${values.push(value)}`)
  const conditions = [visibleSql(auditLog, caller, values)]
  const known = new Set<string>([...EXACT, 'since', 'until', 'cursor', 'limit', 'format'])
  for (const name of Object.keys(query))
    if (!known.has(name)) throw invalidField(name, 'is no filter of the audit', `Use one of ${[...known].join(', ')}.`)
  for (const name of EXACT) {
    const value = query[name]
    if (value === undefined) continue
    if (UUIDS.includes(name) && !isUuid(value)) throw invalidField(name, 'must be a UUID', 'Give an id.')
    conditions.push(add((p) => `"${name}"::text = ${p}`, value))
  }
  if (query.since) conditions.push(add((p) => `at >= ${p}::timestamptz`, timeOf('since', query.since)))
  if (query.until) conditions.push(add((p) => `at < ${p}::timestamptz`, timeOf('until', query.until)))
  if (query.cursor) {
    if (!/^\d{1,15}$/.test(query.cursor))
      throw invalidField('cursor', 'is not a cursor of this list', 'Take it from "next" of the page before.')
    conditions.push(add((p) => `seq < ${p}::bigint`, query.cursor))
  }
  return conditions
}

async function read(database: Database, query: Record<string, string>, caller: Caller, most: number) {
  const values: unknown[] = []
  const conditions = conditionsOf(query, caller, values)
  const limit = limitOf(query.limit, most)
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
  const rows = await database.query<Row & { seq: number }>(
    `${select} ${where} order by seq desc limit ${limit + 1}`,
    values,
  )
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(({ seq: _seq, ...row }) => row as Row),
    next: rows.length > limit && last ? String(last.seq) : undefined,
  }
}

const parameters = [
  ...EXACT.map((name) => ({ name, description: `Only those whose ${name} is this.` })),
  { name: 'since', description: 'From then on (RFC 3339).' },
  { name: 'until', description: 'Before then (RFC 3339).' },
  { name: 'limit', description: `1 to ${MOST}; as CSV, to ${MOST_CSV}.` },
  { name: 'cursor', description: '"next" of the page before.' },
  { name: 'format', description: '`csv` for a file, `json` unless given.' },
].map(({ name, description }) => ({ name, in: 'query', description, schema: { type: 'string' } }))

const text = { type: 'string' }
const orNull = (schema: Record<string, unknown>) => ({ anyOf: [schema, { type: 'null' }] })

const entry = {
  type: 'object',
  description: 'A call or a login.',
  required: COLUMNS,
  properties: {
    ...Object.fromEntries(COLUMNS.map((name) => [name, orNull(text)])),
    at: { type: 'string', format: 'date-time' },
    action: { ...text, description: 'Operation, e.g. vm.start.' },
    outcome: { ...text, description: 'Whether it was accepted or refused.' },
    code: { ...orNull(text), description: 'Of the problem that it was refused with.' },
    durationMs: orNull({ type: 'number' }),
  },
}

const page = {
  type: 'object',
  required: ['items'],
  properties: { items: { type: 'array', items: entry }, next: { ...text, description: 'Cursor of the next page.' } },
}

const count = { type: 'integer' }
const verification = {
  type: 'object',
  required: ['chains', 'links', 'rows', 'findings'],
  properties: {
    chains: count,
    links: count,
    rows: count,
    findings: { type: 'array', description: 'What was removed or changed.', items: { type: 'object' } },
  },
}

export function auditRoutes(database: Database, verify: () => Promise<AuditVerification>): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/audit',
      operation: {
        operationId: 'audit.list',
        summary: 'Every call and login, the newest first.',
        tags: ['audit'],
        parameters,
        responses: {
          '200': {
            description: 'A page.',
            content: { 'application/json': { schema: page }, 'text/csv': { schema: text } },
          },
        },
      },
      async handle({ caller, query, reply }) {
        if (query.format !== undefined && !['csv', 'json'].includes(query.format))
          throw invalidField('format', 'must be csv or json', 'Leave it out for JSON.')
        if (query.format !== 'csv') return read(database, query, caller, MOST)
        const { items } = await read(database, query, caller, MOST_CSV)
        reply.type(CSV_TYPE).header('content-disposition', 'attachment; filename="audit.csv"')
        return csvLine(COLUMNS) + items.map((row) => csvLine(COLUMNS.map((name) => row[name]))).join('')
      },
    },
    {
      method: 'POST',
      path: '/v1/audit/verify',
      operation: {
        operationId: 'audit.verify',
        summary: 'Recompute the hash chains of the audit and report what was removed or changed.',
        tags: ['audit'],
        responses: {
          '200': {
            description: 'What was checked and what does not fit.',
            content: { 'application/json': { schema: verification } },
          },
        },
      },
      async handle({ caller }) {
        await authorizeAt(database, caller, auditLog, 'verify', {})
        return verify()
      },
    },
  ]
}
