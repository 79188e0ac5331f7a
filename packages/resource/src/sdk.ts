/** Kinds → the TypeScript SDK's generated part: an interface for each kind and input, and one typed method for each action. */
import type { Action, Resource } from './define.ts'
import { isDeletable } from './fate.ts'
import { type FieldSpec, isFor } from './field.ts'
import { pathOf, routeOf } from './kinds.ts'
import { pascal } from './names.ts'
import { inputName, needsInput } from './openapi.ts'
import type { SdkPart } from './overrides.ts'
import { bulkMethods, bulkTypes } from './sdk-bulk.ts'

function typeOf(spec: FieldSpec): string {
  const bare = (): string => {
    switch (spec.type) {
      case 'boolean':
        return 'boolean'
      case 'integer':
      case 'bytes':
        return 'number'
      case 'state':
      case 'choice':
        return (spec.values ?? []).map((value) => `'${value}'`).join(' | ')
      case 'list': {
        const item = typeOf(spec.items as FieldSpec)
        return /[|{]/.test(item) ? `(${item})[]` : `${item}[]`
      }
      case 'object':
        // Without members it is free of form.
        if (Object.keys(spec.fields ?? {}).length === 0) return 'Record<string, unknown>'
        return `{ ${Object.entries(spec.fields ?? {})
          .map(([name, inner]) => member(name, inner, Boolean(inner.optional)))
          .join('; ')} }`
      case 'json':
        return 'unknown'
      default:
        return 'string'
    }
  }
  return spec.optional ? `${bare()} | null` : bare()
}

const member = (name: string, spec: FieldSpec, omittable: boolean): string =>
  `${name}${omittable ? '?' : ''}: ${typeOf(spec)}`

const comment = (text: string | undefined, indent: string): string =>
  text ? `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n` : ''

function interfaceOf(name: string, doc: string, fields: [string, FieldSpec, boolean][]): string {
  const body = fields.map(([field, spec, omittable]) => `${comment(spec.doc, '  ')}  ${member(field, spec, omittable)}`)
  return `${comment(doc, '')}export interface ${name} {\n${body.join('\n')}\n}`
}

function methodOf(resource: Resource, action: Action): string {
  const name = pascal(resource.kind)
  const input = inputName(resource, action)
  const { method, path } = routeOf(resource, action.name)
  const parameters = [
    action.name === 'create' ? '' : 'id: string',
    input ? `input${needsInput(action) ? '' : '?'}: ${input}` : '',
    'options?: CallOptions',
  ].filter(Boolean)
  const revealed = Object.entries(action.reveals).map(([field, spec]) => member(field, spec, false))
  const shown = revealed.length > 0 ? `${name} & { ${revealed.join('; ')} }` : name
  const result = action.long ? 'Task' : action.name === 'delete' ? 'void' : shown
  const url = path.replace('{id}', '${' + 'encodeURIComponent(id)}')
  const quoted = path.includes('{id}') ? `\`${url}\`` : `'${path}'`
  return `${comment(action.doc, '      ')}      ${action.name}: (${parameters.join(', ')}) => http.call<${result}>('${method}', ${quoted}, ${input ? 'input' : 'undefined'}, options),`
}

/** What is derived for every kind beside its actions. */
function cascadeMethods(resource: Resource): string[] {
  const path = `\`${pathOf(resource)}/\${encodeURIComponent(id)}`
  const deletion = [
    `      /** What would go with it, and what forbids that. */`,
    `      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', ${path}/deletion\`, undefined, options),`,
    `      /** Delete it with what it has. */`,
    `      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', ${path}/deletion\`, input, options),`,
  ]
  const relations = [
    `      /** It and what is around it: nodes and edges, some references away. */`,
    `      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', ${path}/relations?depth=\${depth}\`, undefined, options),`,
  ]
  return [...(isDeletable(resource) ? deletion : []), ...(resource.view ? [] : relations)]
}

function clientOf(resource: Resource): string {
  const name = pascal(resource.kind)
  const path = pathOf(resource)
  const lines = [
    `      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<${name}, Q>>('${path}', query, options),`,
    `      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('${path}', query, options),`,
    `      get: (id: string, options?: CallOptions) => http.call<${name}>('GET', \`${path}/\${encodeURIComponent(id)}\`, undefined, options),`,
    ...Object.values(resource.actions).map((action) => methodOf(resource, action)),
    ...bulkMethods(resource),
    ...cascadeMethods(resource),
  ]
  return `    ${resource.plural}: {\n${lines.join('\n')}\n    },`
}

function typesOf(resource: Resource): string {
  const row = Object.entries(resource.fields)
    .filter(([, spec]) => !spec.secret)
    .map(([name, spec]): [string, FieldSpec, boolean] => [name, spec, !isFor(spec.audience, 'tenant')])
  const inputs = Object.values(resource.actions).flatMap((action) => {
    const name = inputName(resource, action)
    if (!name) return []
    const fields = Object.entries(action.input).map(([field, spec]): [string, FieldSpec, boolean] => [
      field,
      spec,
      action.name === 'update' || Boolean(spec.optional) || spec.default !== undefined,
    ])
    return [interfaceOf(name, action.doc, fields)]
  })
  return [interfaceOf(pascal(resource.kind), resource.doc, row), ...inputs, ...bulkTypes(resource)].join('\n\n')
}

function partOf(resource: Resource): SdkPart {
  const derived = { types: typesOf(resource), client: clientOf(resource) }
  return resource.overrides.sdk?.(derived) ?? derived
}

/** Source of the generated file. */
export function sdkSource(resources: readonly Resource[]): string {
  const parts = resources.map(partOf)
  return [
    '// Generated from the resource definitions; `npm run generate` writes it anew.',
    "import { type BulkAnswer, type BulkRequest, csvText, type ExportOptions, exportCsv, type ImportOptions, importCsv } from './bulk.ts'",
    "import type { DeleteAllInput, Deletion, Topology } from './cascade.ts'",
    "import type { CallOptions, Http } from './http.ts'",
    "import type { GroupQuery, ListQuery, Shown } from './query.ts'",
    '',
    parts.map(({ types }) => types).join('\n\n'),
    '',
    '/** What a resource of each kind looks like. */',
    'export interface Kinds {',
    ...resources.map(({ kind }) => `  ${kind}: ${pascal(kind)}`),
    '}',
    '',
    '/** Collection path of each kind. */',
    'export const paths: { readonly [K in keyof Kinds]: string } = {',
    ...resources.map((resource) => `  ${resource.kind}: '${pathOf(resource)}',`),
    '}',
    '',
    '/** One typed method for each action of each kind. */',
    'export function resourceClients(http: Http) {',
    '  return {',
    parts.map(({ client }) => client).join('\n'),
    '  }',
    '}',
    '',
  ].join('\n')
}
