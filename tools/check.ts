/** `npm run check`: types, lint and format, import law, generated files. One line per part; exit 1 when one fails. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkImports } from './check-imports.ts'
import { changedFrozen } from './migrations/frozen.ts'
import { allLines } from './migrations/line.ts'
import { program, run } from './run.ts'
import { ROOT } from './tree.ts'

/** A part's complaint, empty when all is well. */
type Part = () => Promise<string>

const complaintOf = async (command: string, args: readonly string[]): Promise<string> => {
  const { code, output } = await run(command, args)
  return code === 0 ? '' : output || `${command} ended with ${code}`
}

const types = (project: string): Part => {
  return () => complaintOf(program('tsc'), ['--noEmit', '--pretty', 'false', '-p', project])
}

async function imports(): Promise<string> {
  const lines = checkImports(ROOT).map(
    ({ file, line, specifier, rule, remedy }) =>
      `${file}:${line}: imports '${specifier}' against the rule "${rule}"\n    ${remedy}`,
  )
  return lines.join('\n')
}

const frozen: Part = async () => {
  const lines = await allLines(ROOT)
  return (await Promise.all(lines.map((line) => changedFrozen(ROOT, line)))).flat().join('\n')
}

const console_ = 'apps/console/tsconfig.json'
const parts: Record<string, Part> = {
  types: types('tsconfig.json'),
  ...(existsSync(join(ROOT, console_)) ? { 'types of the console': types(console_) } : {}),
  'lint and format': () => complaintOf(program('biome'), ['check', '--error-on-warnings', '--max-diagnostics=50', '.']),
  'import law': imports,
  'frozen migrations': frozen,
  'generated files': () => complaintOf(program('tsx'), ['tools/generate.ts', '--check']),
}

async function perform([name, part]: [string, Part]): Promise<string> {
  const start = performance.now()
  const complaint = await part()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${complaint ? 'FAIL' : 'ok  '}  ${name} (${seconds} s)`)
  return complaint && `\n--- ${name}\n${complaint}`
}

const complaints = (await Promise.all(Object.entries(parts).map(perform))).filter(Boolean)
if (complaints.length > 0) {
  console.error(complaints.join('\n'))
  console.error('\n`npm run format` mends format and simple lint; `npm run generate` renews generated files.')
  process.exitCode = 1
}
