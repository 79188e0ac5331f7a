/** The migrations that the definitions ask for: one that makes everything until a version is frozen, after that what has to be added. */
import { migrate } from '@basalt/kernel'
import { contractSteps, expandSteps } from './derive.ts'
import { fallbacksOf, frozenVersions, GENERATED, type Line, type MigrationFile, migrationFiles } from './line.ts'
import type { Scratch } from './scratch.ts'
import { shapeOf } from './shape.ts'

/** A migration as a module, so that bundles carry it. */
export function migrationSource({ sql, phase, unneededSince }: Omit<MigrationFile, 'name' | 'isPending'>): string {
  const lines = [
    `${GENERATED}.`,
    ...(phase === 'contract' ? [`export const phase = 'contract' as const`] : []),
    ...(unneededSince
      ? [
          `/** No version from this one on needs what it takes away. */`,
          `export const unneededSince = '${unneededSince}'`,
        ]
      : []),
    `export const sql = \`${sql.replace(/[\\`$]/g, '\\$&')}\``,
  ]
  return `${lines.join('\n')}\n`
}

function indexSource(names: readonly string[], contract: string): string {
  const variable = (name: string): string => `m${name.slice(0, 4)}`
  return [
    `${GENERATED}: the migrations of this folder, in order.`,
    `import type { Migration } from '${contract}'`,
    ...names.map((name) => `import * as ${variable(name)} from './${name}.ts'`),
    '',
    'export const migrations: readonly Migration[] = [',
    ...names.map((name) => `  { name: '${name}', ...${variable(name)} },`),
    ']',
    '',
  ].join('\n')
}

export interface Plan {
  /** Repository path to content. */
  files: Record<string, string>
  /** Migrations that were derived before and are not wanted any more. */
  obsolete: readonly string[]
}

interface Derived {
  name: string
  source: string
}

const number = (index: number): string => String(index).padStart(4, '0')

async function derived(line: Line, kept: readonly MigrationFile[], root: string, scratch: Scratch): Promise<Derived[]> {
  const latest = frozenVersions(root, line).at(-1)
  if (!latest) return [{ name: '0001-initial', source: migrationSource({ sql: line.fresh() }) }]
  const [before, wanted] = [await scratch.database(), await scratch.database()]
  await migrate(before, kept)
  await wanted.script(line.fresh())
  const goal = await shapeOf(wanted)
  const expand = expandSteps(await shapeOf(before), goal, fallbacksOf(line.resources))
  const contract = contractSteps(latest.unused, goal)
  const wantedSteps = [
    { title: 'expand', steps: expand, more: {} },
    { title: 'contract', steps: contract, more: { phase: 'contract' as const, unneededSince: latest.version } },
  ].filter(({ steps }) => steps.length > 0)
  return wantedSteps.map(({ title, steps, more }, index) => ({
    name: `${number(kept.length + 1 + index)}-${title}`,
    source: migrationSource({ sql: `${steps.join('\n')}\n`, ...more }),
  }))
}

/** @throws NotDerivable where no step that only adds leads to what the definitions want */
export async function planOf(root: string, line: Line, scratch: Scratch): Promise<Plan> {
  const latest = frozenVersions(root, line).at(-1)
  const files = await migrationFiles(root, line, latest)
  const kept = files.filter(({ isPending }) => !isPending)
  const added = await derived(line, kept, root, scratch)
  const names = [...kept.map(({ name }) => name), ...added.map(({ name }) => name)]
  return {
    files: {
      ...Object.fromEntries(added.map(({ name, source }) => [`${line.folder}/${name}.ts`, source])),
      [`${line.folder}/index.ts`]: indexSource(names, line.contract),
    },
    obsolete: files.filter(({ name }) => !names.includes(name)).map(({ name }) => `${line.folder}/${name}.ts`),
  }
}
