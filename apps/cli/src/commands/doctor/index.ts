/** `basalt doctor`: what is wrong, on this machine and in the cloud, and how to mend it. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Finding, type Severity, worstFirst } from '@basalt/observe/finding'
import { EXIT, usageError } from '../../errors.ts'
import { printable, type Style, styled } from '../../output/text.ts'
import type { LocalContext } from '../local.ts'
import type { Examination } from './examination.ts'
import { clientExaminations } from './examine-client.ts'
import { cloudExamination } from './examine-cloud.ts'
import { controlPlaneExaminations } from './examine-control-plane.ts'
import { hostExaminations } from './examine-host.ts'

const SETTINGS = { controlPlane: '/etc/basalt/control-plane.json', host: '/etc/basalt/host-agent.json' } as const

const HELP = `Usage: basalt doctor [options]

Say what is wrong, on this machine and in the cloud, what it means, and how to mend it.
What the cloud knows of itself is told to operators who are logged in.

Options:
  --json                  Print the findings as JSON.
  --control-plane <file>  Settings of a control plane on this machine. Default: ${SETTINGS.controlPlane}
  --host <file>           Settings of a host agent on this machine. Default: ${SETTINGS.host}
  --profile <name>        Ask this cloud instead of the current one.
  --help                  Show this.

Ends with 1 when something is wrong (an error or a warning), with 0 otherwise.
`

const OPTIONS = {
  json: { type: 'boolean', default: false },
  'control-plane': { type: 'string' },
  host: { type: 'string' },
  profile: { type: 'string' },
  verbose: { type: 'boolean', short: 'v', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

function optionsOf(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS }).values
  } catch (error) {
    throw usageError((error as Error).message, 'basalt doctor --help shows the options.')
  }
}

/** An examination that breaks is a finding itself. */
async function run({ name, examine }: Examination): Promise<Finding[]> {
  try {
    return await examine()
  } catch (error) {
    return [
      {
        severity: 'error',
        code: 'EXAMINATION_FAILED',
        message: `Could not look at: ${name}: ${(error as Error).message}`,
        meaning: 'What is wrong there, if anything, is not known.',
        remedy: 'Mend what else is found, then run basalt doctor again.',
      },
    ]
  }
}

const STYLES: Record<Severity, Style | undefined> = { error: 'red', warning: 'yellow', note: undefined }

function text({ severity, code, message, meaning, remedy }: Finding, colors: boolean): string {
  const title = colors ? styled(severity, STYLES[severity]) : severity
  return `${title} ${code}\n  ${printable(message)}\n  What it means: ${printable(meaning)}\n  What to do: ${printable(remedy)}\n`
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

function summary(findings: readonly Finding[], examined: readonly string[]): string {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  const looked = `Looked at ${counted(examined.length, 'part')}: ${examined.join(', ')}.`
  if (findings.length === 0) return `${looked}\nNothing is wrong.`
  return `${looked}\nFound ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('note'), 'note')}.`
}

/** @returns the exit code */
export async function doctor(argv: string[], context: LocalContext): Promise<number> {
  const { terminal, profiles } = context
  const options = optionsOf(argv)
  if (options.help) {
    terminal.print(HELP)
    return EXIT.ok
  }
  const controlPlane = options['control-plane'] ?? SETTINGS.controlPlane
  const host = options.host ?? SETTINGS.host
  const examined: string[] = []
  const examinations = [
    ...clientExaminations(context),
    ...(options['control-plane'] || existsSync(controlPlane) ? await controlPlaneExaminations(controlPlane) : []),
    ...(options.host || existsSync(host) ? await hostExaminations(host) : []),
    ...cloudExamination(profiles.get(), examined),
  ]
  const findings = worstFirst((await Promise.all(examinations.map(run))).flat())
  const parts = [...examinations.map(({ name }) => name), ...examined]
  const wrong = findings.some(({ severity }) => severity !== 'note')
  if (options.json) terminal.print(JSON.stringify({ examined: parts, findings }, null, 2))
  else {
    for (const finding of findings) terminal.print(text(finding, terminal.colors))
    terminal.print(summary(findings, parts))
  }
  return wrong ? EXIT.failed : EXIT.ok
}
