/** Kinds → what the TypeScript SDK has for many resources at once: bulk requests, export and import. */
import { bulkActions, bulkPath } from './bulk.ts'
import { csvTemplatePath, importPath, isImportable } from './csv.ts'
import type { Resource } from './define.ts'
import { pathOf } from './kinds.ts'
import { pascal } from './names.ts'
import { inputName } from './openapi.ts'

const nameOf = ({ kind }: Resource): string => `${pascal(kind)}Bulk`

/** The actions that a bulk request can ask for, each with its input. */
export function bulkTypes(resource: Resource): string[] {
  const actions = bulkActions(resource)
  if (actions.length === 0) return []
  const members = actions.map((action) => `  ${action.name}: ${inputName(resource, action) ?? 'undefined'}`)
  return [
    `/** What can be done with many at once, each with its input. */\nexport interface ${nameOf(resource)} {\n${members.join('\n')}\n}`,
  ]
}

export function bulkMethods(resource: Resource): string[] {
  const name = pascal(resource.kind)
  const bulk = [
    `      /** Do one action with many; each has a result of its own. */`,
    `      bulk: <A extends keyof ${nameOf(resource)}>(request: BulkRequest<A, ${nameOf(resource)}[A]>, options?: CallOptions) => http.call<BulkAnswer<${name}>>('POST', '${bulkPath(resource)}', request, options),`,
  ]
  const csv = [
    `      /** Everything that a list has, as CSV, as it comes. */`,
    `      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '${pathOf(resource)}', query, options),`,
  ]
  const imports = [
    `      /** A CSV file to fill in for an import. */`,
    `      csvTemplate: (options?: ExportOptions) => csvText(http, '${csvTemplatePath(resource)}', options),`,
    `      /** Create many from a CSV file, one a line. */`,
    `      importCsv: (csv: string, options?: ImportOptions) => importCsv<${name}>(http, '${importPath(resource)}', csv, options),`,
  ]
  return [...(bulkActions(resource).length > 0 ? bulk : []), ...csv, ...(isImportable(resource) ? imports : [])]
}
