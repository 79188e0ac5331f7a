#!/usr/bin/env node
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { runAgent } from './agent.ts'
import { readConfig } from './config.ts'
import { AgentError } from './errors.ts'
import { createLog, errorFields } from './log.ts'
import { register } from './register.ts'

const USAGE = `Usage:
  basalt-host-agent register --config FILE [--token-file FILE] [--replace]   (the token comes from the standard input without)
  basalt-host-agent run --config FILE [--debug]
`
/** Whoever stops the agent waits no longer than this. */
const STOP_TIMEOUT_MS = 10_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    config: { type: 'string', default: '/etc/basalt/host-agent.json' },
    'token-file': { type: 'string' },
    replace: { type: 'boolean', default: false },
    debug: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const log = createLog(values.debug ? 'debug' : 'info')

function fatal(message: string, error: unknown): never {
  log('error', message, errorFields(error))
  process.exit(1)
}

async function registerCommand(): Promise<void> {
  // A token on the command line would be visible to every user of the host.
  const token = values['token-file'] ? await readFile(values['token-file'], 'utf8') : await text(process.stdin)
  if (!token.trim())
    throw new AgentError(
      'USAGE',
      'A registration token is needed.',
      'Give --token-file, or the token on standard input.',
    )
  const { hostId, already } = await register(await readConfig(values.config), token.trim(), values.replace)
  log('info', already ? 'the host is registered already' : 'host registered', { host: hostId })
}

async function runCommand(): Promise<void> {
  const agent = await runAgent(await readConfig(values.config), log)
  const stop = (signal: NodeJS.Signals): void => {
    log('info', 'stopping', { signal })
    setTimeout(() => fatal('the agent did not stop in time', undefined), STOP_TIMEOUT_MS).unref()
    agent.close().then(
      () => process.exit(0),
      (error) => fatal('the agent did not stop cleanly', error),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

process.on('uncaughtException', (error) => fatal('the agent ends by an error nobody expected', error))

const [command] = positionals
if (values.help) process.stdout.write(USAGE)
else if (command === 'register') await registerCommand().catch((error) => fatal('the host was not registered', error))
else if (command === 'run') await runCommand().catch((error) => fatal('the agent did not start', error))
else {
  process.stderr.write(USAGE)
  process.exitCode = 2
}
