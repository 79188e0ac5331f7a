/** OpenAPI document → the Python SDK's generated part: a typed dictionary for each schema, a client with a method for each operation. */
import { snake } from './names.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  description?: string
  enum?: readonly unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: readonly string[]
  default?: unknown
}

interface Parameter {
  /** To one that the document has once for all. */
  $ref?: string
  name: string
  in: string
  schema?: Schema
}

interface Operation {
  operationId: string
  summary?: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema>; parameters?: Record<string, Parameter> }
}

/** Words that Python keeps for itself; an underscore follows them where they would be a name. */
const KEYWORDS = new Set(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False'.split(
    ' ',
  ),
)

/** Written by hand: they stream. */
const HAND_WRITTEN = new Set(['events.stream', 'image.upload'])

const variable = (name: string): string => (KEYWORDS.has(name) ? `${name}_` : name)
const refName = ($ref: string): string => $ref.slice($ref.lastIndexOf('/') + 1)
const literal = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : value ? 'True' : 'False'
const text = (words: string): string => words.replaceAll('\\', '\\\\').replaceAll('"""', "'''")

const PLAIN: Record<string, string> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
}

function typeOf(schema: Schema): string {
  if (schema.$ref) return refName(schema.$ref)
  if (schema.anyOf) return union(schema.anyOf.map(typeOf))
  if (schema.enum) return `Literal[${schema.enum.map(literal).join(', ')}]`
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => typeOf({ ...schema, type })))
  if (schema.type === 'array') return `List[${schema.items ? typeOf(schema.items) : 'Any'}]`
  return PLAIN[schema.type ?? ''] ?? 'dict[str, Any]'
}

const union = (types: string[]): string =>
  types.length === 1 ? (types[0] as string) : `Union[${[...new Set(types)].join(', ')}]`

const isPlainName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.has(name)

function typedDict(name: string, schema: Schema): string {
  const required = new Set(schema.required ?? [])
  const members = Object.entries(schema.properties ?? {}).map(([field, inner]) => {
    const type = typeOf(inner)
    return { field, doc: inner.description, type: required.has(field) ? type : `NotRequired[${type}]` }
  })
  if (!members.every(({ field }) => isPlainName(field)))
    return `${name} = TypedDict("${name}", {\n${members.map(({ field, type }) => `    "${field}": ${JSON.stringify(type)},`).join('\n')}\n})`
  const body = members.map(({ field, doc, type }) => `    ${field}: ${type}${doc ? `\n    """${text(doc)}"""` : ''}`)
  const doc = schema.description ? [`    """${text(schema.description)}"""`] : []
  return `class ${name}(TypedDict):\n${[...doc, ...body].join('\n') || '    pass'}`
}

/** The operation's body as keyword parameters: those that must be given first. */
/** What a question may have in its query, as keyword parameters. */
const queryOf = (verb: string, { parameters = [] }: Operation): Parameter[] =>
  verb === 'get' ? parameters.filter((parameter) => parameter.in === 'query') : []

function inputOf(schemas: OpenApiDocument['components']['schemas'], { requestBody }: Operation) {
  const found = requestBody?.content['application/json']?.schema
  const schema = found?.$ref ? schemas[refName(found.$ref)] : found
  if (!schema?.properties) return []
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties)
    .map(([field, inner]) => ({
      field,
      type: typeOf(inner),
      required: required.has(field) && inner.default === undefined,
    }))
    .sort((a, b) => Number(b.required) - Number(a.required))
}

function resultOf({ responses }: Operation): string {
  // A deletion that answers with nothing, or with a task when it is asked for more: that has a method of its own.
  if (responses['204']) return 'None'
  const [, success] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  const schema = success?.content?.['application/json']?.schema
  return schema ? typeOf(schema) : 'None'
}

const itemOf = ({ responses }: Operation): string => {
  const items = responses['200']?.content?.['application/json']?.schema.properties?.items?.items
  return items ? typeOf(items) : 'dict[str, Any]'
}

const docLine = (operation: Operation): string => `        """${text(operation.summary ?? operation.operationId)}"""`

const isCsvList = ({ responses }: Operation): boolean => 'text/csv' in (responses['200']?.content ?? {})

function listMethods(path: string, operation: Operation): string {
  const item = itemOf(operation)
  const filters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const known = filters.map((name) => `"${name}"`).join(', ')
  return [
    `    QUERY: FrozenSet[str] = frozenset({${known}})`,
    '',
    `    def list(self, **query: Any) -> Page[${item}]:`,
    `        """One page, newest first unless sorted. Query parameters: see \`QUERY\`."""`,
    `        return self._page("${path}", self.QUERY, query)`,
    '',
    `    def all(self, **query: Any) -> Iterator[${item}]:`,
    `        """Everything that matches, page after page as it is needed."""`,
    `        return self._all("${path}", self.QUERY, query)`,
    ...(isCsvList(operation)
      ? [
          '',
          `    def export_csv(self, **query: Any) -> str:`,
          `        """Everything that matches, as CSV."""`,
          `        return self._csv("${path}", self.QUERY, query)`,
        ]
      : []),
  ].join('\n')
}

function method(document: OpenApiDocument, path: string, verb: string, operation: Operation): string {
  const name = operation.operationId.slice(operation.operationId.indexOf('.') + 1)
  if (operation.parameters?.some((parameter) => parameter.name === 'cursor')) return listMethods(path, operation)
  const csv = csvMethod(path, operation)
  if (csv) return csv
  const input = inputOf(document.components.schemas, operation)
  const query = queryOf(verb, operation)
  const hasId = path.includes('{id}')
  const changes = verb !== 'get'
  const parameters = [
    'self',
    ...(hasId ? ['id: str'] : []),
    ...(input.length > 0 || query.length > 0 || changes ? ['*'] : []),
    ...query.map(
      (parameter) => `${variable(snake(parameter.name))}: Optional[${typeOf(parameter.schema ?? {})}] = None`,
    ),
    ...input.map(({ field, type, required }) =>
      required ? `${variable(field)}: ${type}` : `${variable(field)}: Union[${type}, Unset] = UNSET`,
    ),
    ...(changes ? ['options: Optional[Options] = None'] : []),
  ]
  const url = hasId ? `f"${path.replace('{id}', '{quote(id)}')}"` : `"${path}"`
  const body =
    input.length > 0 ? `given({${input.map(({ field }) => `"${field}": ${variable(field)}`).join(', ')}})` : 'None'
  const result = resultOf(operation)
  const asked = query.map((parameter) => `"${parameter.name}": ${variable(snake(parameter.name))}`).join(', ')
  const call =
    query.length > 0
      ? `self._http.get(${url}, {${asked}})`
      : `self._http.call("${verb.toUpperCase()}", ${url}, ${body}${changes ? ', options' : ''})`
  return [
    `    def ${variable(snake(name))}(${parameters.join(', ')}) -> ${result}:`,
    docLine(operation),
    result === 'None' ? `        ${call}` : `        return cast(${JSON.stringify(result)}, ${call})`,
  ].join('\n')
}

const isCsv = (content: Record<string, unknown> | undefined): boolean =>
  content !== undefined && !('application/json' in content) && 'text/csv' in content

/** What answers with a CSV file, or takes one. */
function csvMethod(path: string, operation: Operation): string | undefined {
  const name = snake(operation.operationId.slice(operation.operationId.indexOf('.') + 1))
  if (isCsv(operation.responses['200']?.content))
    return [`    def ${name}(self) -> str:`, docLine(operation), `        return self._http.text("${path}", {})`].join(
      '\n',
    )
  if (!isCsv(operation.requestBody?.content)) return undefined
  const result = resultOf(operation)
  return [
    `    def ${name}(self, csv: str, *, dry_run: bool = False, options: Optional[Options] = None) -> ${result}:`,
    docLine(operation),
    `        return cast(${JSON.stringify(result)}, self._http.send_csv("${path}", csv, dry_run, options))`,
  ].join('\n')
}

interface Group {
  /** Of the class. */
  name: string
  /** Of the client's attribute. */
  attribute: string
  methods: string[]
  item?: string
}

/** Operations by the collection that they are about. */
function groupsOf(document: OpenApiDocument): Group[] {
  const groups = new Map<string, Group>()
  for (const [path, item] of Object.entries(document.paths))
    for (const [verb, operation] of Object.entries(item)) {
      if (HAND_WRITTEN.has(operation.operationId)) continue
      const [collection = ''] = path.slice('/v1/'.length).split('/')
      const attribute = collection.replaceAll(/[-.]/g, '_')
      const group = groups.get(attribute) ?? {
        name: collection.replaceAll(/(?:^|[-.])([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        attribute,
        methods: [],
      }
      if (operation.operationId.endsWith('.get') && path.endsWith('/{id}')) group.item = resultOf(operation)
      group.methods.push(method(document, path, verb, operation))
      groups.set(attribute, group)
    }
  return [...groups.values()]
}

/** Parameters that the document has once, at every operation that refers to them. */
function withParameters(document: OpenApiDocument): OpenApiDocument {
  const resolved = (parameter: Parameter): Parameter =>
    (parameter.$ref ? document.components.parameters?.[refName(parameter.$ref)] : undefined) ?? parameter
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item).map(([verb, operation]) => [
      verb,
      { ...operation, parameters: operation.parameters?.map(resolved) },
    ])
    return [path, Object.fromEntries(operations)]
  })
  return { ...document, paths: Object.fromEntries(paths) }
}

/** Source of `_generated.py`. */
export function pythonSdkSource(source: OpenApiDocument): string {
  const document = withParameters(source)
  const groups = groupsOf(document)
  const classes = groups.map(({ name, methods, item }) => {
    // What is listed without being a kind, such as the audit.
    const listed = item ?? (methods.some((source) => source.includes('self._page(')) ? 'dict[str, Any]' : undefined)
    const base = listed ? `Collection[${listed}]` : 'Endpoint'
    return `class ${name}Client(${base}):\n${methods.join('\n\n')}`
  })
  return [
    '# Generated from the OpenAPI document; `npm run generate` writes it anew.',
    'from __future__ import annotations',
    '',
    'from typing import Any, FrozenSet, Iterator, List, Literal, NotRequired, Optional, TypedDict, Union, cast',
    '',
    'from ._collection import Collection, Endpoint, Page',
    'from ._http import UNSET, Http, Options, Unset, given, quote',
    '',
    ...Object.entries(document.components.schemas).map(([name, schema]) => `\n${typedDict(name, schema)}\n`),
    ...classes.map((source) => `\n${source}\n`),
    '',
    'class Clients:',
    '    """A client for each collection."""',
    '',
    '    def __init__(self, http: Http) -> None:',
    ...groups.map(({ name, attribute }) => `        self.${variable(attribute)} = ${name}Client(http)`),
    '',
  ].join('\n')
}
