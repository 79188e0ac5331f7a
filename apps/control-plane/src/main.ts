#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { keepSimulatedNetwork } from '@basalt/network-sim/kept'
import { createLineWriter } from '@basalt/observe'
import { readConfig } from './config.ts'
import { startControlPlane } from './control-plane.ts'
import { keepHeapSmall } from './heap.ts'
import { createLog } from './log.ts'
import { networkDrivers } from './network-drivers.ts'
import { joinControlPlane } from './nodes/join-program.ts'
import { startWatchdog } from './nodes/watchdog.ts'
import { resetPasswordOnNode } from './operator.ts'

const USAGE = `Usage: basalt-control-plane --config FILE
       basalt-control-plane join --url URL [--token-file FILE] --config FILE
       basalt-control-plane reset-password --config FILE USER

join   Make this machine another node: URL is the agents' port of a node that is there,
       the token comes from it (basalt node join-token), and is read from the file, or from the standard
       input: on a command line every user of the machine would see it. Then start the node with --config alone.
`
const STOP_TIMEOUT_MS = 20_000

/** Until the settings are read. */
let log = createLog()

function fatal(message: string, error: unknown): never {
  const { remedy } = error as { remedy?: string }
  log.error(message, { error: error instanceof Error ? (error.stack ?? error.message) : String(error), remedy })
  process.exit(1)
}

/** The program's supervisor starts it anew; it then ends the lease of whoever has its name. */
const onSuperseded = (): void => fatal('this node was replaced', new Error('another process runs under its name'))

async function joinNode(file: string, url: string, tokenFile: string | undefined): Promise<void> {
  const token = tokenFile ? await readFile(tokenFile, 'utf8') : await text(process.stdin)
  await joinControlPlane(await readConfig(file), url, token.trim())
  log.info('joined; start the node now', { config: file })
}

async function run(file: string): Promise<void> {
  const config = await readConfig(file)
  log = createLog({ level: config.logLevel, facts: { node: config.node }, write: createLineWriter() })
  startWatchdog(log, config.watchdog)
  keepHeapSmall()
  const simulated = await keepSimulatedNetwork(join(config.dataDir, 'simulated-network.json'), (error) =>
    log.error('the simulated network could not be saved', { error: error.message }),
  )
  const openNetworkDriver = networkDrivers(log.error, simulated.network)
  const controlPlane = await startControlPlane(config, { log, onSuperseded, openNetworkDriver })
  log.info('serving', { api: controlPlane.apiUrl, agents: controlPlane.agentUrl })
  const stop = (signal: NodeJS.Signals): void => {
    log.info('stopping', { signal })
    setTimeout(() => fatal('the control plane did not stop in time', signal), STOP_TIMEOUT_MS).unref()
    const stopped = controlPlane.stop().then(simulated.close)
    stopped.then(
      () => process.exit(0),
      (error: unknown) => fatal('the control plane did not stop cleanly', error),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

/** For people, not for the log: the password alone goes to standard output. */
async function resetPassword(file: string, username: string): Promise<void> {
  try {
    const password = await resetPasswordOnNode(await readConfig(file), username, process.env)
    process.stderr.write(`The new password of ${username}; all its sessions have ended:\n`)
    process.stdout.write(`${password}\n`)
  } catch (error) {
    const { message, remedy } = error as Error & { remedy?: string }
    process.stderr.write(`It did not work: ${message}\n${remedy ? `What to do: ${remedy}\n` : ''}`)
    process.exitCode = 1
  }
}

function usage(code: number): void {
  process.stderr.write(USAGE)
  process.exitCode = code
}

process.on('unhandledRejection', (error) => fatal('a promise was rejected that nobody watched', error))

const { values, positionals } = parseArgs({
  options: {
    config: { type: 'string' },
    url: { type: 'string' },
    'token-file': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const { config, url } = values
const [command, username, ...more] = positionals
if (values.help) usage(0)
else if (config && command === 'reset-password' && username && more.length === 0) await resetPassword(config, username)
else if (config && command === 'join' && url && username === undefined)
  joinNode(config, url, values['token-file']).catch((error: unknown) => fatal('the node could not join', error))
else if (!config || command !== undefined) usage(2)
else run(config).catch((error: unknown) => fatal('the control plane did not start', error))
