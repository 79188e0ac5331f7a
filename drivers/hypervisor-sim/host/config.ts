import { readFile } from 'node:fs/promises'
import { SimulatorError } from './errors.ts'

/** What `main.ts` reads: which hosts to simulate, and where their control plane is. */
export interface SimulationConfig {
  /** Base URLs of the control plane's nodes, `https://host:port`. */
  urls: string[]
  /** Absolute directory in which each host keeps its identity and its ledger. */
  stateDir: string
  hosts: SimulatedHostConfig[]
}

export interface SimulatedHostConfig {
  name: string
  /** One-time registration token; needed until the host has registered. */
  token?: string
  cpus: number
  memoryBytes: number
  /** How long a guest takes to start. */
  bootMs: number
}

const DEFAULTS = { cpus: 16, memoryBytes: 64 * 1024 ** 3, bootMs: 500 }
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** Reads and checks the file. `CONFIG_INVALID` says what is wrong; the message never repeats a token. */
export async function readConfig(path: string): Promise<SimulationConfig> {
  const text = await readFile(path, 'utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw invalid('it is not JSON')
  }
  const { urls, stateDir, hosts } = record(json, 'it')
  if (!Array.isArray(urls) || urls.length === 0) throw invalid('urls is no list of addresses')
  if (typeof stateDir !== 'string' || !stateDir.startsWith('/')) throw invalid('stateDir is no absolute path')
  if (!Array.isArray(hosts) || hosts.length === 0) throw invalid('hosts is no list of hosts')
  const checked = hosts.map(hostConfig)
  if (new Set(checked.map(({ name }) => name)).size < checked.length) throw invalid('two hosts have one name')
  return { urls: urls.map(address), stateDir, hosts: checked }
}

function hostConfig(value: unknown): SimulatedHostConfig {
  const { name, token, ...sizes } = record(value, 'a host')
  if (typeof name !== 'string' || !NAME.test(name)) throw invalid('the name of a host is no host name')
  if (token !== undefined && typeof token !== 'string') throw invalid(`the token of ${name} is no text`)
  const { cpus, memoryBytes, bootMs } = { ...DEFAULTS, ...sizes }
  return {
    name,
    token,
    cpus: wholeNumber(cpus, 1, `cpus of ${name}`),
    memoryBytes: wholeNumber(memoryBytes, 1, `memoryBytes of ${name}`),
    bootMs: wholeNumber(bootMs, 0, `bootMs of ${name}`),
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${what} is no JSON object`)
  return value as Record<string, unknown>
}

function address(value: unknown): string {
  if (typeof value === 'string' && URL.canParse(value) && /^(https|wss):/.test(value)) return value
  throw invalid('one of urls is no https address')
}

function wholeNumber(value: unknown, least: number, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw invalid(`${what} is no whole number from ${least} on`)
}

function invalid(reason: string): SimulatorError {
  return new SimulatorError('CONFIG_INVALID', `The simulation's configuration cannot be used: ${reason}.`)
}
