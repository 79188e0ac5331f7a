/**
 * `npm run new-resource -- <module> <kind> [fields…]`: writes a slice and registers it. Everything is checked, and made in memory, before
 * the first file is written.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { pathOf, plural, type Resource, title } from '@basalt/resource'
import { allResources } from '../../apps/control-plane/src/resources.ts'
import { program, run } from '../run.ts'
import { ROOT } from '../tree.ts'
import { parseField, WordError } from './fields.ts'
import { registered } from './register.ts'
import { folderOf, type NewKind, sliceFiles } from './templates.ts'

const USAGE = `Usage: npm run new-resource -- <module> <kind> [fields…] [--ownership account|platform] [--locality global|zone] [--doc TEXT]

  <kind>    camelCase singular: sshKey
  fields    <name>:<type>[:<flag>…], e.g. publicKey:text:immutable host:ref=host:optional colour:choice=red,blue
`

function oneOf<T extends string>(option: string, value: string, values: readonly T[]): T {
  const found = values.find((known) => known === value)
  if (!found) throw new WordError(`--${option} is ${values.join(' or ')}, not "${value}".`)
  return found
}

function checkKind(kind: string): void {
  if (!/^[a-z][A-Za-z0-9]{1,40}$/.test(kind))
    throw new WordError(`"${kind}" is no name for a kind. Write it in camelCase: sshKey.`)
  const path = pathOf({ plural: plural(kind) } as Resource)
  const same = allResources.find((other) => other.kind === kind || pathOf(other) === path)
  if (same) throw new WordError(`there is a kind ${same.kind} at ${pathOf(same)} already. Choose another name.`)
}

function checkModule(module: string): void {
  const modules = readdirSync(join(ROOT, 'modules')).filter((name) =>
    existsSync(join(ROOT, 'modules', name, 'module.ts')),
  )
  if (!modules.includes(module)) throw new WordError(`there is no module "${module}". Modules: ${modules.join(', ')}.`)
}

function parse(args: string[]): NewKind {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ownership: { type: 'string', default: 'account' },
      locality: { type: 'string', default: 'global' },
      doc: { type: 'string' },
    },
  })
  const [module, kind, ...fields] = positionals
  if (!module || !kind) throw new WordError(USAGE)
  checkModule(module)
  checkKind(kind)
  return {
    module,
    kind,
    ownership: oneOf('ownership', values.ownership, ['account', 'platform']),
    locality: oneOf('locality', values.locality, ['global', 'zone']),
    doc: values.doc ?? `${title(kind)}.`,
    fields: fields.map(parseField),
  }
}

async function write(kind: NewKind): Promise<string[]> {
  if (existsSync(join(ROOT, folderOf(kind))))
    throw new WordError(`${folderOf(kind)} is there already. Remove it, or choose another name.`)
  const module = `modules/${kind.module}/module.ts`
  const files = { ...sliceFiles(kind), [module]: registered(readFileSync(join(ROOT, module), 'utf8'), kind.kind) }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true })
    writeFileSync(join(ROOT, path), content)
  }
  const paths = Object.keys(files)
  const { code, output } = await run(program('biome'), ['check', '--write', ...paths])
  if (code !== 0) throw new Error(`the files are written, but could not be formatted: ${output}`)
  return paths
}

try {
  const kind = parse(process.argv.slice(2))
  for (const path of await write(kind)) console.log(`wrote ${path}`)
  console.log(`next: npm run generate, then npx vitest run ${folderOf(kind)}`)
} catch (error) {
  if (!(error instanceof WordError) && (error as { code?: string }).code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    throw error
  console.error((error as Error).message)
  process.exitCode = 2
}
