#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { createLineWriter } from '@basalt/observe'
import { readConfig } from './config.ts'
import { startControlPlane } from './control-plane.ts'
import { createLog } from './log.ts'

const USAGE = 'Usage: basalt-control-plane --config FILE\n'
const STOP_TIMEOUT_MS = 20_000

/** Until the settings are read. */
let log = createLog()
const { values } = parseArgs({ options: { config: { type: 'string' }, help: { type: 'boolean', default: false } } })

function fatal(message: string, error: unknown): never {
  log.error(message, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  process.exit(1)
}

async function run(file: string): Promise<void> {
  const config = await readConfig(file)
  log = createLog({ level: config.logLevel, facts: { node: config.node }, write: createLineWriter() })
  const controlPlane = await startControlPlane(config, { log })
  log.info('serving', { api: controlPlane.apiUrl, agents: controlPlane.agentUrl })
  const stop = (signal: NodeJS.Signals): void => {
    log.info('stopping', { signal })
    setTimeout(() => fatal('the control plane did not stop in time', signal), STOP_TIMEOUT_MS).unref()
    controlPlane.stop().then(
      () => process.exit(0),
      (error: unknown) => fatal('the control plane did not stop cleanly', error),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

process.on('unhandledRejection', (error) => fatal('a promise was rejected that nobody watched', error))

if (values.help || !values.config) {
  process.stderr.write(USAGE)
  process.exitCode = values.help ? 0 : 2
} else {
  run(values.config).catch((error: unknown) => fatal('the control plane did not start', error))
}
