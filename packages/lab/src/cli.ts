import { once } from 'node:events'
import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import { LabError } from './errors.ts'
import { createLab, type Lab, type Progress } from './lab.ts'
import type { LinkName } from './state.ts'

const USAGE = `Usage: basalt lab <command> [options]

  up                            bring the lab up, or mend what does not run
  down                          take it down; nothing stays but the cache
  status                        what runs (--json for programs)
  add NAME                      add a host
  exec NODE COMMAND [ARG...]    run a command on a host, or on "central" or "external"
  cut HOST [LINK...]            pull cables: underlay, management, external (default: the first two)
  restore HOST [LINK...]        put them back
  kill HOST                     cut its power
  revive HOST                   give it back

Options (before "exec", what follows it is the command's):

  --name NAME        the lab's name (lab)
  --state-dir DIR    where labs live (/var/lib/basalt/lab)
  --hosts N          number of hosts of a new lab (3)
  --no-external      without an external network
`

const OPTIONS = {
  name: { type: 'string', default: 'lab' },
  'state-dir': { type: 'string', default: '/var/lib/basalt/lab' },
  hosts: { type: 'string', default: '3' },
  'no-external': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

const LINKS: readonly string[] = ['underlay', 'management', 'external'] satisfies LinkName[]

/** A parsed command line: the words that are no options, and what the options say. */
interface Invocation {
  command: string
  words: string[]
  lab: Lab
  json: boolean
}

/** What each command does; `exec` answers with an exit code. */
const COMMANDS: Record<string, (invocation: Invocation) => Promise<unknown>> = {
  up: ({ lab }) => lab.up({ onProgress: printProgress }),
  down: ({ lab }) => lab.down(),
  status: async ({ lab, json }) => print(json ? JSON.stringify(lab.status(), null, 2) : describe(lab)),
  add: ({ lab, words }) => lab.addHost({ name: word(words, 0, 'NAME') }),
  exec: execute,
  cut: ({ lab, words }) => lab.host(word(words, 0, 'HOST')).cutLink(...links(words)),
  restore: ({ lab, words }) => lab.host(word(words, 0, 'HOST')).restoreLink(...links(words)),
  kill: ({ lab, words }) => lab.host(word(words, 0, 'HOST')).kill(),
  revive: ({ lab, words }) => lab.host(word(words, 0, 'HOST')).revive(),
}

/**
 * Runs one `basalt lab` command; prints to standard output, errors with their remedy to standard error.
 * @param argv the words after `lab`
 * @returns the exit code: 0, 1 when it failed, 2 when it was not understood; that of the command for `exec`
 */
export async function runLabCommand(argv: string[]): Promise<number> {
  try {
    const invocation = parse(argv)
    if (!invocation) print(USAGE)
    const answer = invocation && (await COMMANDS[invocation.command]?.(invocation))
    return typeof answer === 'number' ? answer : 0
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    process.stderr.write(`${error.code}: ${error.message}\n${error.remedy ? `${error.remedy}\n` : ''}`)
    return error.code === 'LAB_USAGE' ? 2 : 1
  }
}

/** Runs a command with the terminal as its own. @returns its exit code; 128 and the signal's number when it was killed */
async function execute({ lab, words }: Invocation): Promise<number> {
  const node = nodeOf(lab, word(words, 0, 'NODE'))
  const child = node.spawn(word(words, 1, 'COMMAND'), words.slice(2), { inherit: true })
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + (signal ? constants.signals[signal] : 0)
}

/** @returns nothing when help is wanted */
function parse(argv: string[]): Invocation | undefined {
  const { own, foreign } = splitAtForeignCommand(argv)
  const { values, positionals } = parseOptions(own)
  const [command, ...words] = positionals
  if (values.help || command === undefined) return undefined
  if (!Object.hasOwn(COMMANDS, command)) throw usageError(`There is no command ${command}.`)
  const lab = createLab({
    name: values.name,
    stateDir: values['state-dir'],
    hosts: Number(values.hosts),
    external: !values['no-external'],
  })
  return { command, words: [...words, ...foreign], lab, json: values.json }
}

/** What follows `exec NODE` is another program's, with options of its own. */
function splitAtForeignCommand(argv: string[]): { own: string[]; foreign: string[] } {
  const exec = argv.indexOf('exec')
  if (exec < 0) return { own: argv, foreign: [] }
  return { own: argv.slice(0, exec + 2), foreign: argv.slice(exec + 2).filter((each, at) => at > 0 || each !== '--') }
}

function parseOptions(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true })
  } catch (cause) {
    throw usageError((cause as Error).message, cause)
  }
}

function usageError(message: string, cause?: unknown): LabError {
  return new LabError('LAB_USAGE', message, { remedy: USAGE, cause })
}

function word(words: string[], position: number, name: string): string {
  const found = words[position]
  if (found === undefined) throw usageError(`${name} is missing.`)
  return found
}

function links(words: string[]): LinkName[] {
  return words.slice(1).map((each) => {
    if (!LINKS.includes(each)) throw usageError(`There is no link ${each}.`)
    return each as LinkName
  })
}

function nodeOf(lab: Lab, name: string) {
  if (name === 'central') return lab.central
  return name === 'external' ? lab.external : lab.host(name)
}

function describe(lab: Lab): string {
  const status = lab.status()
  const lines = [`lab ${status.name}: ${status.state}`]
  if (status.state !== 'down') {
    lines.push(`subnet ${status.subnet}, control plane at ${status.managementAddress}, datapath ${status.datapath}`)
    lines.push(`northbound ${lab.central.nbEndpoint}`, `southbound ${lab.central.sbEndpoint}`)
  }
  for (const host of status.hosts) {
    const stopped = Object.entries(host.processes).flatMap(([name, state]) => (state === 'stopped' ? [name] : []))
    const remarks = [
      host.power === 'off' ? 'powered off' : host.running ? 'running' : 'not running',
      ...host.cutLinks.map((link) => `${link} cut`),
      ...(host.power === 'on' && stopped.length > 0 ? [`stopped: ${stopped.join(', ')}`] : []),
    ]
    lines.push(`${host.name}  ${host.managementAddress}  ${remarks.join(', ')}`)
  }
  return lines.join('\n')
}

function printProgress({ step, elapsedMs }: Progress): void {
  print(`${(elapsedMs / 1000).toFixed(1).padStart(6)} s  ${step}`)
}

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}
