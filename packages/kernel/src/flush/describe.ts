/** One step → its statement and its row. */
import type { Resource } from '@basalt/resource'
import type { Row } from '../database.ts'
import { retagSql, tagSql } from '../tags/statements.ts'
import type { Catalogue } from './catalogue.ts'
import { adjustSql, deleteSql, insertSql, lockSql, requireSql, toColumns, updateSql } from './sql.ts'
import type { Step } from './steps.ts'
import { SYSTEM } from './system-sql.ts'

type Statements = WeakMap<Resource, Map<string, string>>

const statementsOf = new WeakMap<Catalogue, Statements>()

/** A statement's text, made once for each shape of operation on a kind. */
function once(catalogue: Catalogue, resource: Resource, shape: string, make: () => string): string {
  const statements: Statements = statementsOf.get(catalogue) ?? new WeakMap()
  statementsOf.set(catalogue, statements)
  const known = statements.get(resource) ?? new Map<string, string>()
  statements.set(resource, known)
  const text = known.get(shape) ?? make()
  if (known.size < 256) known.set(shape, text)
  return text
}

export function describe(catalogue: Catalogue, operation: Step): { sql: string; row: Row; id: string | null } {
  switch (operation.op) {
    case 'insert': {
      const resource = catalogue.resource(operation.kind)
      const fields = Object.keys(operation.row).sort()
      return {
        sql: once(catalogue, resource, `insert ${fields}`, () => insertSql(resource, fields)),
        row: toColumns(operation.row),
        id: operation.row.id,
      }
    }
    case 'update': {
      const resource = catalogue.resource(operation.kind)
      const fields = Object.keys(operation.set).sort()
      const { unreferenced = false } = operation
      const sql = once(catalogue, resource, `update ${unreferenced} ${fields}`, () =>
        updateSql(resource, fields, unreferenced ? catalogue.referrers(operation.kind) : []),
      )
      const row = { ...toColumns(operation.set), id: operation.id, _from: operation.from, _version: operation.version }
      return { sql, row, id: operation.id }
    }
    case 'delete': {
      const resource = catalogue.resource(operation.kind)
      const { unreferenced = false } = operation
      const sql = once(catalogue, resource, `delete ${unreferenced}`, () => {
        const referrers = unreferenced ? catalogue.referrers(operation.kind) : []
        return deleteSql(resource, referrers, catalogue.dependents(operation.kind))
      })
      return { sql, row: { id: operation.id }, id: operation.id }
    }
    case 'require': {
      const resource = catalogue.resource(operation.kind)
      const { id, states } = operation
      return {
        sql: once(catalogue, resource, `require ${states}`, () => requireSql(resource, states)),
        row: { id },
        id,
      }
    }
    case 'lock': {
      const resource = catalogue.resource(operation.kind)
      return { sql: once(catalogue, resource, 'lock', () => lockSql(resource)), row: { id: operation.id }, id: null }
    }
    case 'adjust': {
      const resource = catalogue.resource(operation.kind)
      const { id, add, atMost = {} } = operation
      const shape = `adjust ${Object.keys(add).sort()} ${Object.entries(atMost).sort()}`
      const sql = once(catalogue, resource, shape, () => adjustSql(resource, operation))
      return { sql, row: { ...toColumns(add), id }, id }
    }
    case 'tag': {
      const { id, attach = [], detach = [] } = operation
      const resource = catalogue.resource(operation.kind)
      return { sql: once(catalogue, resource, 'tag', () => tagSql(resource)), row: { id, attach, detach }, id }
    }
    case 'retag': {
      const resource = catalogue.resource(operation.kind)
      return {
        sql: once(catalogue, resource, 'retag', () => retagSql(resource)),
        row: { tag: operation.tag },
        id: null,
      }
    }
    case 'claim':
      return { sql: SYSTEM.claim, row: operation, id: operation.resource }
    case 'spared':
      return { sql: SYSTEM.spared, row: operation, id: operation.resource }
    case 'release':
      return { sql: SYSTEM.release, row: operation, id: null }
    case 'enqueue':
      return { sql: SYSTEM.enqueue, row: operation, id: operation.resource }
    case 'dequeue':
      return { sql: SYSTEM.dequeue, row: operation, id: null }
    case 'fence':
      return { sql: SYSTEM.fence, row: operation, id: operation.task }
    case 'journal':
      return { sql: SYSTEM.journal, row: operation, id: null }
    case 'idempotency':
      return { sql: SYSTEM.idempotency, row: { ...operation, body_hash: operation.bodyHash }, id: operation.key }
  }
}
