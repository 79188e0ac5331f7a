/** The control plane of a demonstration cloud, as a process of its own. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Cloud, connect } from '@basalt/sdk'
import type { Background } from './background.ts'
import { isRunning } from './background.ts'
import type { Places } from './places.ts'
import { operatorPassword } from './secrets.ts'
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

async function lastError(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-3)
  return lines.join('\n')
}

/** Start it when it does not run, and log in. */
export async function startControlPlaneProcess(
  options: ControlPlaneOptions,
  background: Background,
): Promise<RunningControlPlane> {
  const { places, dist, apiHost, apiPort, agentHost, agentPort } = options
  await mkdir(places.root, { recursive: true, mode: 0o755 })
  const password = await operatorPassword(places.password)
  const agentUrl = `https://${agentHost}:${agentPort}`
  const config = {
    dataDir: places.controlPlaneData,
    api: { host: apiHost, port: apiPort },
    agents: { host: agentHost, port: agentPort, url: agentUrl },
    consoleDir: join(dist, 'console'),
    operator: { username: OPERATOR, passwordFile: places.password },
  }
  await writeFile(places.controlPlaneConfig, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  await background.start(
    'control-plane',
    process.execPath,
    ['--enable-source-maps', join(dist, 'control-plane.js'), '--config', places.controlPlaneConfig],
    places.controlPlaneLog,
  )
  const apiUrl = `https://${apiHost === '0.0.0.0' ? '127.0.0.1' : apiHost}:${apiPort}`
  try {
    const cloud = await waitUntil('the control plane answered', START_MS, async () => {
      if (!isRunning(await background.get('control-plane')))
        throw Object.assign(new Error('The control plane ended.'), { final: true })
      return login(apiUrl, places, password)
    })
    return { apiUrl, agentUrl, cloud, password }
  } catch (error) {
    throw Object.assign(
      new Error(`${(error as Error).message}\n${await lastError(places.controlPlaneLog)}`, { cause: error }),
      { remedy: `Read ${places.controlPlaneLog}; then run the command again.` },
    )
  }
}

async function login(apiUrl: string, places: Places, password: string): Promise<Cloud> {
  const authority = join(places.controlPlaneData, 'authority', 'authority.pem')
  const pem = await readFile(authority, 'utf8')
  const ca = pem.slice(pem.indexOf('-----BEGIN CERTIFICATE-----'))
  await mkdir(dirname(places.authorityPem), { recursive: true })
  await writeFile(places.authorityPem, ca, { mode: 0o644 })
  return connect({ url: apiUrl, ca, username: OPERATOR, password, timeoutMs: 120_000 })
}
