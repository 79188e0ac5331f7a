/** The control plane of a demonstration cloud, as a process of its own. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Cloud, connect } from '@basalt/sdk'
import type { Background } from './background.ts'
import { isRunning } from './background.ts'
import type { Places } from './places.ts'
import { checkPort, type Port } from './ports.ts'
import { CONTROL_PLANE_RUNTIME } from './runtime.ts'
import { waitUntil } from './wait.ts'

export const OPERATOR = 'admin'

export interface ControlPlaneOptions {
  places: Places
  /** Directory of the built programs. */
  dist: string
  apiHost: string
  apiPort: number
  agentHost: string
  agentPort: number
}

export interface RunningControlPlane {
  apiUrl: string
  agentUrl: string
  /** Logged in as the operator. */
  cloud: Cloud
  password: string
}

const START_MS = 60_000

/** What the log ends with, in words. */
async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n')
  try {
    const { message, error = '' }: { message: string; error?: string } = JSON.parse(lines.at(-1) ?? '')
    return [message, error.split('\n')[0]].filter(Boolean).join(': ')
  } catch {
    // Not a line of the log: Node.js itself complains.
    return lines.slice(-3).join('\n')
  }
}

/** Ports that a running control plane has. */
async function ownPorts(places: Places, background: Background): Promise<number[]> {
  if (!isRunning(await background.get('control-plane'))) return []
  const { api, agents }: { api: Port; agents: Port } = JSON.parse(await readFile(places.controlPlaneConfig, 'utf8'))
  return [api.port, agents.port]
}

/** @throws Error with a remedy when another program has the port of the API */
export async function checkApiPort(
  { places, apiHost: host, apiPort: port }: Pick<ControlPlaneOptions, 'places' | 'apiHost' | 'apiPort'>,
  background: Background,
): Promise<void> {
  if (!(await ownPorts(places, background)).includes(port)) await checkPort({ host, port }, port)
}

/** Start it, anew when its settings have changed. */
async function startProcess(
  { places, dist, apiHost, apiPort, agentHost, agentPort }: ControlPlaneOptions,
  config: object,
  background: Background,
): Promise<void> {
  const text = `${JSON.stringify(config, null, 2)}\n`
  if ((await readFile(places.controlPlaneConfig, 'utf8').catch(() => '')) !== text)
    await background.stop('control-plane')
  if (isRunning(await background.get('control-plane'))) return
  await checkPort({ host: apiHost, port: apiPort }, apiPort)
  await checkPort({ host: agentHost, port: agentPort }, apiPort)
  await writeFile(places.controlPlaneConfig, text, { mode: 0o600 })
  await background.start(
    'control-plane',
    process.execPath,
    [
      '--enable-source-maps',
      ...CONTROL_PLANE_RUNTIME,
      join(dist, 'control-plane.js'),
      '--config',
      places.controlPlaneConfig,
    ],
    places.controlPlaneLog,
  )
}

/** Start it when it does not run, or runs with other settings, and log in. */
export async function startControlPlaneProcess(
  options: ControlPlaneOptions,
  background: Background,
): Promise<RunningControlPlane> {
  const { places, dist, apiHost, apiPort, agentHost, agentPort } = options
  await mkdir(places.root, { recursive: true, mode: 0o755 })
  const agentUrl = `https://${agentHost}:${agentPort}`
  const config = {
    dataDir: places.controlPlaneData,
    api: { host: apiHost, port: apiPort },
    agents: { host: agentHost, port: agentPort, url: agentUrl },
    consoleDir: join(dist, 'console'),
    operator: { username: OPERATOR, passwordFile: places.password },
  }
  await startProcess(options, config, background)
  const apiUrl = `https://${apiHost === '0.0.0.0' ? '127.0.0.1' : apiHost}:${apiPort}`
  try {
    const access = await waitUntil('the control plane answered', START_MS, async () => {
      if (!isRunning(await background.get('control-plane')))
        throw Object.assign(new Error('The control plane ended.'), { final: true })
      return login(apiUrl, places)
    })
    return { apiUrl, agentUrl, ...access }
  } catch (error) {
    throw Object.assign(
      new Error(`${(error as Error).message}\nIts log ends with: ${await lastWords(places.controlPlaneLog)}`, {
        cause: error,
      }),
      { remedy: `Read ${places.controlPlaneLog}; then run the command again.` },
    )
  }
}

async function login(apiUrl: string, places: Places): Promise<Pick<RunningControlPlane, 'cloud' | 'password'>> {
  // The control plane made it when it made the operator.
  const password = (await readFile(places.password, 'utf8')).trim()
  const authority = join(places.controlPlaneData, 'authority', 'authority.pem')
  const pem = await readFile(authority, 'utf8')
  const ca = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
  await mkdir(dirname(places.authorityPem), { recursive: true })
  await writeFile(places.authorityPem, ca, { mode: 0o644 })
  return { cloud: await connect({ url: apiUrl, ca, username: OPERATOR, password, timeoutMs: 120_000 }), password }
}
