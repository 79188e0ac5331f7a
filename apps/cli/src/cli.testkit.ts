/** The command as users have it, bundled, against a cloud of its own; each user has a home. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { build } from 'esbuild'

/** How the command is bundled for users. */
const BANNER =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);"

export interface Outcome {
  code: number | null
  out: string
  err: string
}

export interface RunOptions {
  input?: string
  env?: Record<string, string>
}

export interface CommandLine {
  env: CloudEnvironment
  /** Homes of the users are below it; goes at the end. */
  directory: string
  /** The bundle, for `node`. */
  bundle: string
  /** Variables that a command of theirs starts with. */
  variables(who: string): Record<string, string>
  start(who: string, words: string[], extra?: Record<string, string>): ChildProcess
  /** Run the command to its end. */
  run(who: string, words: string[], options?: RunOptions): Promise<Outcome>
  /** Run one that must succeed. @returns what it printed */
  ok(who: string, ...words: string[]): Promise<string>
  login(who: 'ada' | 'operator', username: string, home?: string, more?: string[]): Promise<void>
  close(): Promise<void>
}

/** `ada` and `operator` are logged in. */
export async function commandLine(options: Parameters<typeof cloud>[0] = {}): Promise<CommandLine> {
  const directory = await mkdtemp(join(tmpdir(), 'cli-'))
  const bundle = join(directory, 'basalt.mjs')
  const entry = fileURLToPath(new URL('./main.ts', import.meta.url))
  const settings = { bundle: true, platform: 'node', format: 'esm', target: 'node20', banner: { js: BANNER } } as const
  await build({ ...settings, entryPoints: [entry], outfile: bundle, logLevel: 'silent' })
  const env = await cloud(options)
  await writeFile(join(directory, 'ca.pem'), env.controlPlane().caPem)

  const variables = (who: string): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    HOME: join(directory, who),
    NO_COLOR: '1',
  })
  const start: CommandLine['start'] = (who, words, extra) =>
    spawn(process.execPath, [bundle, ...words], {
      env: { ...variables(who), ...extra },
      stdio: ['pipe', 'pipe', 'pipe'],
    })

  async function run(who: string, words: string[], { env: extra, input }: RunOptions = {}): Promise<Outcome> {
    const child = start(who, words, extra)
    const outcome: Outcome = { code: null, out: '', err: '' }
    child.stdout?.on('data', (chunk) => {
      outcome.out += chunk
    })
    child.stderr?.on('data', (chunk) => {
      outcome.err += chunk
    })
    child.stdin?.end(input)
    ;[outcome.code] = (await once(child, 'close')) as [number | null]
    return outcome
  }

  const login: CommandLine['login'] = async (who, username, home = who, more = []) => {
    const where = ['--url', env.controlPlane().apiUrl, '--ca-file', join(directory, 'ca.pem')]
    const words = ['login', ...where, '--username', username, ...more]
    const { code, err } = await run(home, words, { env: { BASALT_PASSWORD: env.passwords[who] } })
    if (code !== 0) throw new Error(err)
  }

  await login('ada', 'ada')
  await login('operator', 'admin')
  return {
    env,
    directory,
    bundle,
    variables,
    start,
    run,
    login,
    async ok(who, ...words) {
      const { code, out, err } = await run(who, words)
      if (code !== 0) throw new Error(`basalt ${words.join(' ')} ended with ${code}:\n${err}`)
      return out.trim()
    },
    async close() {
      await env.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Input of a VM that starts at once. */
export const createVm = (name: string, ...more: string[]): string[] => {
  const input = ['--image', 'tiny', '--offering', 'small', '--network', 'net1']
  return ['vm', 'create', name, ...input, ...more]
}
