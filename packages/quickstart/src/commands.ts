/** `up`, `status`, `down`, `reset`, `logs`: a cloud on this machine, from the command line. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { OPERATOR } from './control-plane.ts'
import {
  type Demo,
  type DemoOptions,
  demoStatus,
  firstVm,
  openDemo,
  rememberedOptions,
  resetDemo,
  startDemo,
  stopDemo,
} from './demo.ts'
import type { FirstVm } from './furnish.ts'
import { checkMachine } from './machine.ts'
import { createSteps } from './steps.ts'
import { chooseVirtualization } from './virtualization.ts'

export interface Terminal {
  write(text: string): unknown
  /** Standard output is a terminal. */
  terminal: boolean
  /** Ask yes or no; false where nobody can answer. */
  confirm(question: string): Promise<boolean>
  /** Called with what the command line needs to talk to the new cloud. */
  onReady?(access: { url: string; caFile: string; username: string; password: string }): Promise<void>
}

const NAME = 'demo'
const FIRST_VM = 'first'
const API_PORT = 7443
const ROOTS_STATE = '/var/lib/basalt'

const OPTIONS = {
  hosts: { type: 'string' },
  simulated: { type: 'boolean' },
  listen: { type: 'string' },
  port: { type: 'string' },
  virtualization: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
  follow: { type: 'boolean', short: 'f' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export const USAGE = `  up [--simulated] [--hosts N] [--listen ADDRESS] [--port N]   bring up a cloud on this machine
  status                                                       what of it runs
  logs [control-plane | HOST] [--follow]                       what it logs
  down                                                         stop it; disks and database stay
  reset [--yes]                                                stop it and remove everything it kept
  reset-password [--config FILE] USER                          give a user of this node's control plane a new password
`

/** A mistake in how the command was called. */
class UsageError extends Error {
  readonly remedy = 'Call "./basalt help" to see how.'
}

const stateDirectory = (): string =>
  process.env.BASALT_STATE_DIR ?? (process.getuid?.() === 0 ? ROOTS_STATE : join(homedir(), '.local/state/basalt'))

/** The built programs are beside the bundle that this is part of; from source they are in the repository's `dist`. */
function distDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  return existsSync(join(here, 'control-plane.js')) ? here : join(here, '../../../dist')
}

function wholeNumber(text: string, what: string, least: number, most: number): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`${what} must be a number from ${least} to ${most}.`)
  return number
}

type Flags = ReturnType<typeof parse>['values']

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** What was chosen before stays unless it is chosen anew. */
async function optionsFrom(flags: Flags): Promise<DemoOptions> {
  const stateDir = stateDirectory()
  const before = await rememberedOptions(stateDir, NAME)
  const virtualization = flags.virtualization ?? before?.virtualization ?? 'auto'
  if (!['auto', 'kvm', 'tcg'].includes(virtualization))
    throw new UsageError('--virtualization must be auto, kvm or tcg.')
  if (before && flags.simulated !== undefined && flags.simulated !== before.simulated)
    throw Object.assign(
      new Error(`The cloud in ${join(stateDir, NAME)} is ${before.simulated ? 'a simulated' : 'a real'} one.`),
      { remedy: './basalt reset removes it; then run this again.' },
    )
  const apiPort = flags.port ? wholeNumber(flags.port, '--port', 1, 32_766) : (before?.apiPort ?? API_PORT)
  return {
    name: NAME,
    stateDir,
    dist: distDirectory(),
    hosts: flags.hosts ? wholeNumber(flags.hosts, '--hosts', 1, 99) : (before?.hosts ?? 3),
    simulated: flags.simulated ?? before?.simulated ?? false,
    apiHost: flags.listen ?? before?.apiHost ?? '127.0.0.1',
    apiPort,
    // Hosts connect to the port after the API's.
    agentPort: apiPort + 1,
    virtualization: virtualization as DemoOptions['virtualization'],
  }
}

/** How a browser on another machine gets at the console, when the API listens on this machine only. */
const elsewhere = ({ apiHost, apiPort }: DemoOptions): string =>
  apiHost === '127.0.0.1' || apiHost === 'localhost'
    ? `  Elsewhere    a browser on another machine: ssh -L ${apiPort}:127.0.0.1:${apiPort} ${hostname()}, or ./basalt up --listen 0.0.0.0\n`
    : ''

function welcome({ controlPlane, places, options }: Demo, vm: FirstVm): string {
  const second = options.simulated
    ? 'vm list'
    : `vm console ${FIRST_VM}        the serial line of the first VM; leave it with Ctrl-]`
  return `
Your cloud is up.

  Console      ${controlPlane.apiUrl}
  Log in as    ${OPERATOR}, with the password in ${places.password}
  First VM     ${FIRST_VM}, ${vm.address}${options.simulated ? ' (simulated)' : ''}
  Certificate  signed by ${places.authorityPem}; your browser asks once
${elsewhere(options)}
Three things to try next:
  1. Open the console${options.simulated ? '' : `, and the screen of "${FIRST_VM}" in it`}.
  2. ./basalt ${second}
  3. ./basalt vm create --name second --zone zone1 --offering tiny --image tiny --network net1 --wait
`
}

async function up(flags: Flags, terminal: Terminal): Promise<number> {
  const began = Date.now()
  const wanted = await optionsFrom(flags)
  checkMachine(wanted)
  const steps = createSteps(terminal)
  const virtualization =
    wanted.simulated || wanted.virtualization !== 'auto'
      ? wanted.virtualization
      : await chooseVirtualization(wanted, steps)
  const demo = await startDemo({ ...wanted, virtualization }, steps)
  const vm = await firstVm(demo, FIRST_VM, steps)
  await terminal.onReady?.({
    url: demo.controlPlane.apiUrl,
    caFile: demo.places.authorityPem,
    username: OPERATOR,
    password: demo.controlPlane.password,
  })
  terminal.write(welcome(demo, vm))
  terminal.write(`\n(${((Date.now() - began) / 1000).toFixed(1)} s)\n`)
  demo.controlPlane.cloud.close()
  return 0
}

async function existing(): Promise<DemoOptions> {
  const options = await rememberedOptions(stateDirectory(), NAME)
  if (!options)
    throw Object.assign(new Error('There is no cloud on this machine yet.'), {
      remedy: `./basalt up brings one up.${process.getuid?.() !== 0 && existsSync(ROOTS_STATE) ? ' One that root brought up, only root sees.' : ''}`,
    })
  return options
}

async function status(terminal: Terminal): Promise<number> {
  const options = await existing()
  const found = await demoStatus(options)
  const line = (what: string, running: boolean): string => `  ${what.padEnd(16)} ${running ? 'running' : 'stopped'}\n`
  const kind = options.simulated ? 'A simulated cloud' : 'A cloud'
  terminal.write(`${kind} in ${join(options.stateDir, options.name)}, API at ${found.apiUrl}\n`)
  terminal.write(line('control plane', found.controlPlane))
  for (const { name, running } of found.hosts) terminal.write(line(name, running))
  const all = found.controlPlane && found.hosts.every(({ running }) => running)
  if (!all) terminal.write('\n./basalt up starts what is stopped.\n')
  return all ? 0 : 1
}

async function down(terminal: Terminal): Promise<number> {
  const options = await existing()
  await createSteps(terminal).run('Stopping', () => stopDemo(options))
  terminal.write(
    'Stopped, and every VM is off. Disks and database are kept: ./basalt up goes on with them and starts the first VM, ./basalt reset removes them.\n',
  )
  return 0
}

async function reset(flags: Flags, terminal: Terminal): Promise<number> {
  const options = await existing()
  const question = `Remove the cloud in ${join(options.stateDir, options.name)} with all its VMs and disks?`
  if (!flags.yes && !(await terminal.confirm(question))) {
    terminal.write('Nothing was removed. Say --yes to remove it without a question.\n')
    return 1
  }
  await createSteps(terminal).run('Removing', () => resetDemo(options))
  terminal.write(
    `Removed. ${options.simulated ? 'What' : 'Debian packages stay; what'} makes the next ./basalt up quick stays in ${openDemo(options).places.cache}\n`,
  )
  return 0
}

async function logs(flags: Flags, [part = 'control-plane']: string[], terminal: Terminal): Promise<number> {
  const options = await existing()
  const { places, lab } = openDemo(options)
  const files: Record<string, string> = { 'control-plane': places.controlPlaneLog }
  if (options.simulated) files['simulated-hosts'] = places.simulatedLog
  else for (const host of lab.hosts) files[host.name] = join(host.paths.log, 'host-agent.log')
  const file = files[part]
  if (!file) throw new UsageError(`There is no part "${part}"; there are ${Object.keys(files).join(', ')}.`)
  if (!existsSync(file)) {
    terminal.write(
      `${part} has logged nothing yet (${dirname(file)}: ${existsSync(dirname(file)) ? readdirSync(dirname(file)).join(', ') : 'not there'}).\n`,
    )
    return 0
  }
  const child = spawn('tail', ['-n', '200', ...(flags.follow ? ['-F'] : []), file], { stdio: 'inherit' })
  await once(child, 'exit')
  return child.exitCode ?? 0
}

/** The control plane's own program does it: it knows its database. */
async function resetPassword(flags: Flags, [user, ...more]: string[]): Promise<number> {
  if (!user || more.length > 0) throw new UsageError('Give one user name.')
  const config = flags.config ?? openDemo(await existing()).places.controlPlaneConfig
  const words = [join(distDirectory(), 'control-plane.js'), 'reset-password', '--config', config, user]
  const child = spawn(process.execPath, ['--enable-source-maps', ...words], { stdio: 'inherit' })
  await once(child, 'exit')
  return child.exitCode ?? 1
}

/** Names of the commands here. */
export const QUICKSTART_COMMANDS = ['up', 'status', 'down', 'reset', 'logs', 'reset-password'] as const

/** Run one of them; errors are told with their remedy. Returns the exit code. */
export async function runQuickstart(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const { values, positionals } = parse(argv)
    const [command, ...rest] = positionals
    if (values.help) terminal.write(USAGE)
    else if (command === 'up') return await up(values, terminal)
    else if (command === 'status') return await status(terminal)
    else if (command === 'down') return await down(terminal)
    else if (command === 'reset') return await reset(values, terminal)
    else if (command === 'reset-password') return await resetPassword(values, rest)
    else if (command === 'logs') return await logs(values, rest, terminal)
    else throw new UsageError(`"${command ?? ''}" is not a command.`)
    return 0
  } catch (error) {
    const { message, remedy = '' } = error as Error & { remedy?: string }
    // Some errors say the remedy in their message already.
    const what = message.replace(remedy, '').trim()
    terminal.write(`\nIt did not work: ${what}\n${remedy ? `What to do: ${remedy}\n` : ''}`)
    return error instanceof UsageError ? 2 : 1
  }
}
