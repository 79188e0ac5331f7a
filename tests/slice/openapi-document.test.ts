/** The OpenAPI document itself: well-formed by the published schemas, and the same as what the server serves. */
import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { servedRoutes } from '../../apps/control-plane/src/openapi-routes.ts'
import {
  createValidators,
  type Document,
  type Json,
  operationsOf,
  resolve,
  type Schema,
} from './support/openapi/document.ts'

const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as Document
const operations = operationsOf(document)
const schemas = document.components.schemas as Record<string, Schema>

/** Every object in a JSON value, with the path to it. */
function* objectsIn(value: unknown, path = '#'): Iterable<[string, Json]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [path, value as Json]
  for (const [name, member] of Object.entries(value)) yield* objectsIn(member, `${path}/${name}`)
}

test('[api.rest] the document is valid by the published schema of OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document))
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

test('[api.rest] [core.resource] every schema of a component is one by JSON Schema 2020-12, and strict', () => {
  const validators = createValidators(document)
  const wrong = Object.entries(schemas).flatMap(([name, schema]) => {
    try {
      validators.problemOf(schema, {})
      return []
    } catch (error) {
      return [`${name}: ${(error as Error).message}`]
    }
  })
  expect(wrong).toEqual([])
  expect(Object.keys(schemas).length).toBeGreaterThan(100)
})

test('[api.rest] every reference points to something, and nothing in the components is there for nobody', () => {
  const refs = new Set([...objectsIn(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : [])))
  for (const ref of refs) expect(() => resolve(document, ref)).not.toThrow()
  const unused = Object.entries(document.components)
    .filter(([section]) => section !== 'securitySchemes')
    .flatMap(([section, members]) => Object.keys(members).map((name) => `#/components/${section}/${name}`))
    .filter((ref) => !refs.has(ref))
  expect(unused).toEqual([])
})

test('[api.rest] [core.resource] the server has the routes of the document, and no others', () => {
  const documented = operations.map(({ method, path }) => `${method} ${path}`).sort()
  const served = servedRoutes().map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect(served.sort()).toEqual(documented)
})

test('[api.rest] every operation has an id of its own, a summary, its path parameters, and tells what may go wrong', () => {
  const ids = operations.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  for (const { id, method, path, parameters, responses } of operations) {
    const item = document.paths[path]?.[method.toLowerCase()] as Json
    expect([id, item.summary]).toEqual([id, expect.stringMatching(/^\S.*\.$/s)])
    const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
    expect([id, named]).toEqual([id, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)])
    const successes = Object.keys(responses).filter((status) => status < '400')
    expect([id, successes.length > 0]).toEqual([id, true])
    for (const status of ['400', '401', '403', '404', '429', '503', 'default'])
      expect([id, status, Object.keys(responses[status]?.content ?? {})]).toEqual([
        id,
        status,
        expect.arrayContaining([expect.stringMatching(/^application\/(problem\+)?json$/)]),
      ])
  }
})

test('[api.rest] examples and defaults are what their schemas take', () => {
  const { problemOf } = createValidators(document)
  const wrong: string[] = []
  let seen = 0
  const check = (at: string, schema: Schema, value: unknown): void => {
    seen++
    const problem = problemOf(schema, value)
    if (problem) wrong.push(`${at}: ${problem}`)
  }
  for (const [at, found] of objectsIn(document)) {
    if ('example' in found && 'in' in found) check(at, found.schema as Schema, found.example)
    if ('default' in found && ('type' in found || 'anyOf' in found)) check(at, found as Schema, found.default)
  }
  expect(wrong).toEqual([])
  expect(seen).toBeGreaterThan(50)
})

test('[api.rest] [core.resource] identifiers, times and addresses say their format', () => {
  const expected: Record<string, RegExp> = {
    uuid: /^(id|zone|cluster|network|vm|user)$/,
    'date-time': /At$/,
  }
  for (const [format, names] of Object.entries(expected))
    for (const [at, { properties }] of objectsIn(schemas, '#/components/schemas'))
      for (const [name, schema] of Object.entries((properties ?? {}) as Record<string, Schema>)) {
        // What was asked for comes back in a bulk answer, whatever it is.
        if (!names.test(name) || at.includes('/BulkItem')) continue
        const plain = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema
        if (plain.type === 'string') expect([`${at}/${name}`, plain.format]).toEqual([`${at}/${name}`, format])
      }
})
