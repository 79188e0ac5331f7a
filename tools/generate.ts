/**
 * `npm run generate`: writes what is derived from the resource definitions, and from kept results of benches, and committed, so that a
 * review sees what a change of a definition does. `--check` writes nothing and fails when a file differs.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openapiDocument } from '@basalt/kernel'
import { kindOf, type OpenApiDocument, pythonSdkSource, sdkSource } from '@basalt/resource'
import { allSettings, extraRoutes } from '../apps/control-plane/src/openapi-routes.ts'
import { allResources } from '../apps/control-plane/src/resources.ts'
import { keptResults } from './benchmarks/results.ts'
import { scaling } from './benchmarks/scaling.ts'
import { withSection } from './benchmarks/section.ts'
import { benchmarks } from './benchmarks/table.ts'
import { cascade } from './cascade.ts'
import { NotDerivable } from './migrations/derive.ts'
import { allLines } from './migrations/line.ts'
import { planOf } from './migrations/plan.ts'
import { createScratch } from './migrations/scratch.ts'
import { permissions } from './permissions.ts'
import { settings } from './settings.ts'
import { ROOT } from './tree.ts'

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

async function plans() {
  const scratch = createScratch()
  try {
    const made = []
    for (const line of await allLines(ROOT)) made.push(await planOf(ROOT, line, scratch))
    return {
      files: Object.assign({}, ...made.map(({ files }) => files)),
      obsolete: made.flatMap(({ obsolete }) => obsolete),
    }
  } catch (error) {
    if (!(error instanceof NotDerivable)) throw error
    console.error(`no migration can be derived: ${error.message}`)
    process.exit(1)
  } finally {
    await scratch.close()
  }
}

const migrations = await plans()

const document = openapiDocument(allResources, extraRoutes())
/** What console and command line draw themselves from, as an operator gets it. */
const kinds = { items: allResources.map((resource) => kindOf(resource, 'operator', allResources)) }

const results = keptResults(ROOT)
const page = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Path in the repository to content. */
const generated: Record<string, string> = {
  'packages/sdk/src/generated.ts': sdkSource(allResources),
  'packages/sdk-python/basalt_cloud/_generated.py': pythonSdkSource(document as unknown as OpenApiDocument),
  ...migrations.files,
  'docs/openapi.json': json(document),
  'docs/kinds.json': json(kinds),
  'docs/BENCHMARKS.md': withSection(page('docs/BENCHMARKS.md'), 'results', benchmarks(results)),
  'docs/SCALING.md': withSection(page('docs/SCALING.md'), 'figures', scaling(results)),
  'docs/cascade.md': cascade(allResources),
  'docs/permissions.md': permissions(allResources, allSettings()),
  'docs/settings.md': settings(allSettings()),
}

const current = (path: string): string | undefined =>
  existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : undefined

const outdated = Object.entries(generated).filter(([path, content]) => current(path) !== content)

if (process.argv.includes('--check')) {
  const wrong = [...outdated.map(([path]) => path), ...migrations.obsolete]
  for (const path of wrong) console.error(`${path} does not match what it is made of: npm run generate`)
  process.exitCode = wrong.length > 0 ? 1 : 0
} else {
  for (const [path, content] of outdated) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), content)
    console.log(`wrote ${path}`)
  }
  for (const path of migrations.obsolete) {
    rmSync(join(ROOT, path))
    console.log(`removed ${path}`)
  }
}
