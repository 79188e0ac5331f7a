/**
 * `npm run generate`: writes what is derived from the resource definitions and committed, so that a review sees what a
 * change of a definition does. `--check` writes nothing and fails when a file differs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openapiDocument, schemaDdl } from '@basalt/kernel'
import { type OpenApiDocument, pythonSdkSource, type Resource, sdkSource } from '@basalt/resource'
import { allSettings, extraRoutes } from '../apps/control-plane/src/openapi-routes.ts'
import { allResources } from '../apps/control-plane/src/resources.ts'
import { cascade } from './cascade.ts'
import { permissions } from './permissions.ts'
import { settings } from './settings.ts'
import { ROOT } from './tree.ts'

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** The first migration as a module, so that bundles carry it. */
function migrationSource(resources: readonly Resource[]): string {
  const sql = schemaDdl(resources).replace(/[\\`$]/g, '\\$&')
  return `// Generated from the resource definitions; \`npm run generate\` writes it anew.\nexport const sql = \`${sql}\`\n`
}

const document = openapiDocument(allResources, extraRoutes())

/** Path in the repository to content. */
const generated: Record<string, string> = {
  'packages/sdk/src/generated.ts': sdkSource(allResources),
  'packages/sdk-python/basalt_cloud/_generated.py': pythonSdkSource(document as unknown as OpenApiDocument),
  'apps/control-plane/migrations/0001-initial.ts': migrationSource(allResources),
  'docs/openapi.json': json(document),
  'docs/cascade.md': cascade(allResources),
  'docs/permissions.md': permissions(allResources, allSettings()),
  'docs/settings.md': settings(allSettings()),
}

const current = (path: string): string | undefined =>
  existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : undefined

const outdated = Object.entries(generated).filter(([path, content]) => current(path) !== content)

if (process.argv.includes('--check')) {
  for (const [path] of outdated) console.error(`${path} does not match the resource definitions: npm run generate`)
  process.exitCode = outdated.length > 0 ? 1 : 0
} else {
  for (const [path, content] of outdated) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), content)
    console.log(`wrote ${path}`)
  }
}
