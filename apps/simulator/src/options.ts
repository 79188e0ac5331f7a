/** The command line. */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { ConnectOptions } from '@basalt/sdk'
import { UsageError } from './usage-error.ts'

export const USAGE = `simulator --api URL --zone NAME --cluster NAME --hosts N [options]

Simulated hosts in one process, over the agents' own protocol: mutual TLS, always, since its certificate is what a host is known by.

  --api URL            of the control plane, e.g. https://127.0.0.1:7443
  --agents URL         where agents connect; several times for several nodes. The port after the API's unless told
  --ca FILE            PEM certificate of the authority to trust
  --key FILE           an operator's access key: {"id": "...", "secret": "..."}
  --zone, --cluster    names; the hosts are made there
  --hosts N            how many; 10 unless told
  --prefix TEXT        what their names begin with; "sim" unless told
  --state DIR          where identities stay, so that the same hosts come back; ./simulator-state unless told
  --latency FACTOR     0 answers at once, 1 as measured on real hosts; 1 unless told
  --schedule FILE      faults to come, as JSON: [{"afterSeconds": 60, "fault": "crash", "hosts": {"count": 5},
                       "everySeconds": 300}]; "hosts" may be a list of names, "everySeconds" may be left out
  --metrics PORT       serve http://127.0.0.1:PORT/metrics
  --help
`

const OPTIONS = {
  api: { type: 'string' },
  agents: { type: 'string', multiple: true },
  ca: { type: 'string' },
  key: { type: 'string' },
  zone: { type: 'string' },
  cluster: { type: 'string' },
  hosts: { type: 'string', default: '10' },
  prefix: { type: 'string', default: 'sim' },
  state: { type: 'string', default: 'simulator-state' },
  latency: { type: 'string', default: '1' },
  schedule: { type: 'string' },
  metrics: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export interface SimulatorOptions {
  connect: ConnectOptions
  agentUrls: string[]
  zone: string
  cluster: string
  hosts: number
  prefix: string
  stateDir: string
  latencyFactor: number
  scheduleFile: string | null
  metricsPort: number | null
}

const MAX_HOSTS = 100_000
const MAX_PORT = 65_535

function number(text: string, what: string, least: number, most: number, isWhole = true): number {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value) || value < least || value > most || (isWhole && value % 1 !== 0))
    throw new UsageError(`${what} must be a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`)
  return value
}

function required(value: string | undefined, what: string): string {
  if (!value) throw new UsageError(`${what} is missing.`)
  return value
}

async function keyOf(file: string): Promise<{ id: string; secret: string }> {
  const { id, secret }: { id?: unknown; secret?: unknown } = JSON.parse(await readFile(file, 'utf8'))
  if (typeof id === 'string' && typeof secret === 'string') return { id, secret }
  throw new UsageError(`${file} holds no access key: it must have "id" and "secret".`)
}

/** Agents connect to the port after the API's, as `basalt up` has it. */
function agentUrlOf(api: string): string {
  if (!URL.canParse(api)) throw new UsageError('--api must be a URL such as https://127.0.0.1:7443.')
  const { hostname, port } = new URL(api)
  return `https://${hostname}:${Number(port || 443) + 1}`
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Null when help is wanted. @throws UsageError */
export async function readOptions(argv: readonly string[]): Promise<SimulatorOptions | null> {
  const flags = parse(argv)
  if (flags.help) return null
  const api = required(flags.api, '--api')
  return {
    connect: {
      url: api,
      accessKey: await keyOf(required(flags.key, '--key')),
      ...(flags.ca ? { ca: await readFile(flags.ca, 'utf8') } : {}),
    },
    agentUrls: flags.agents ?? [agentUrlOf(api)],
    zone: required(flags.zone, '--zone'),
    cluster: required(flags.cluster, '--cluster'),
    hosts: number(flags.hosts, '--hosts', 1, MAX_HOSTS),
    prefix: flags.prefix,
    stateDir: flags.state,
    latencyFactor: number(flags.latency, '--latency', 0, 100, false),
    scheduleFile: flags.schedule ?? null,
    metricsPort: flags.metrics ? number(flags.metrics, '--metrics', 1, MAX_PORT) : null,
  }
}
