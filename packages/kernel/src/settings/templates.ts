/** Templates: values that are set together, and what that would change. */
import { isDeepStrictEqual } from 'node:util'
import { type FieldProblem, isUuid, settingProblems } from '@basalt/resource'
import { authorize } from '../access/authorize.ts'
import { implement, type Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Route } from '../module.ts'
import type { Operation } from '../operations.ts'
import { invalid, notFound } from '../problem.ts'
import type { Store } from '../store.ts'
import { changeOperation } from './changes.ts'
import type { Definitions } from './setting.actions.ts'
import { type SettingRow, setting } from './setting.resource.ts'
import { type SettingTemplateRow, settingTemplate } from './setting-template.resource.ts'

type Values = Record<string, unknown>

/** Every value must be one that its setting takes. */
function check(definitions: Definitions, values: Values): void {
  const known = new Map(definitions().map((definition) => [definition.name, definition]))
  const problems = Object.entries(values).flatMap(([name, value]): FieldProblem[] => {
    const definition = known.get(name)
    if (definition) return settingProblems(definition, value, `values.${name}`)
    return [{ field: `values.${name}`, message: 'is no setting', remedy: 'Leave it out, or correct its spelling.' }]
  })
  if (problems.length > 0) throw invalid(problems)
}

async function setNow(store: Store): Promise<Values> {
  const rows = await store.all<SettingRow>('setting', { changed: true })
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

interface Difference {
  row: SettingRow
  from: unknown
  to: unknown
}

/** What applying it would change, by name. */
async function differences(store: Store, { values }: SettingTemplateRow): Promise<Difference[]> {
  const rows = await store.all<SettingRow>('setting', { name: Object.keys(values) })
  return rows
    .map((row) => ({ row, from: row.value, to: values[row.name] }))
    .filter(({ from, to }) => !isDeepStrictEqual(from, to))
    .sort((a, b) => a.row.name.localeCompare(b.row.name))
}

/** A template changes no setting that its user may not set. */
async function applied(store: Store, template: SettingTemplateRow, caller: Caller): Promise<Operation[]> {
  const found = await differences(store, template)
  for (const { row } of found) await authorize(store.database, caller, setting, 'set', row as unknown as Row)
  const { user } = caller
  return found.flatMap(({ row, from, to }): Operation[] => [
    { op: 'update', kind: 'setting', id: row.id, set: { value: to, changed: true } },
    changeOperation({ setting: row, from, to, how: 'template', user }),
  ])
}

export const templateSlice = (definitions: Definitions): Slice =>
  implement(settingTemplate, {
    create: {
      async short({ input, store }) {
        const values = (input.values as Values | null | undefined) ?? (await setNow(store))
        check(definitions, values)
        return { set: { values } }
      },
    },
    update: {
      async short({ input }) {
        if (input.values) check(definitions, input.values as Values)
        return undefined
      },
    },
    apply: {
      async short({ row, store, caller }) {
        const template = row as unknown as SettingTemplateRow
        check(definitions, template.values)
        return { operations: await applied(store, template, caller) }
      },
    },
  })

export const previewRoute = (store: Store): Route => ({
  method: 'GET',
  path: '/v1/setting-templates/:id/preview',
  operation: {
    operationId: 'settingTemplate.preview',
    summary: 'What applying the template would change.',
    tags: ['settingTemplate'],
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
    responses: {
      '200': {
        description: 'Settings that would change.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['items'],
              properties: {
                items: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: { setting: { type: 'string' }, name: { type: 'string' }, from: {}, to: {} },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
  async handle({ caller, params }) {
    const id = params.id ?? ''
    const template = isUuid(id) ? await store.get<SettingTemplateRow>('settingTemplate', id, caller) : null
    if (!template) throw notFound('settingTemplate', id.slice(0, 64))
    const found = await differences(store, template)
    return { items: found.map(({ row, from, to }) => ({ setting: row.id, name: row.name, from, to })) }
  },
})
