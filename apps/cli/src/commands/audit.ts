/** `basalt audit list`, `basalt audit export` and `basalt audit verify`. */
import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { renderTable } from '../output/table.ts'
import { addGlobalOptions, outputOption, parseLimit } from './common.ts'

const FILTERS = {
  user: 'Calls of this user (id).',
  account: 'Calls of users of this account (id).',
  action: 'This action, e.g. vm.start.',
  resource: 'Calls about this resource (id).',
  address: 'Calls from this address.',
  since: 'From then on, e.g. 2026-01-31T00:00:00Z.',
  until: 'Before then.',
} as const

type Filters = Partial<Record<keyof typeof FILTERS, string>> & { outcome?: string; limit?: number }
type Entry = Record<'at' | 'user' | 'action' | 'resource' | 'address' | 'outcome' | 'code', string | null>

interface Finding {
  node: string
  chain: string
  position: number
  message: string
}

function pathOf(filters: Filters, more: Record<string, string> = {}): string {
  const given = Object.entries({ ...filters, ...more }).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))
  return `/v1/audit?${query}`
}

function addFilters(command: Command): Command {
  for (const [name, help] of Object.entries(FILTERS)) command.option(`--${name} <${name}>`, help)
  command.addOption(new Option('--outcome <outcome>', 'How the call ended.').choices(['accepted', 'refused']))
  return command.option('--limit <count>', 'At most so many.', parseLimit)
}

const tableOf = (entries: readonly Entry[], { terminal }: Context): string =>
  renderTable(
    ['WHEN', 'USER', 'ACTION', 'RESOURCE', 'FROM', 'OUTCOME'],
    entries.map(({ at, user, action, resource, address, outcome, code }) =>
      [at, user, action, resource, address, code ?? outcome].map((text) => ({ text: text ?? '-' })),
    ),
    { width: terminal.width, colors: terminal.colors },
  )

async function verify(context: Context): Promise<void> {
  const cloud = await context.cloud()
  const answer = await cloud.http.call<{ chains: number; links: number; rows: number; findings: Finding[] }>(
    'POST',
    '/v1/audit/verify',
  )
  const { chains, links, rows, findings } = answer
  for (const { node, chain, position, message } of findings)
    context.terminal.print(`node ${node || '?'}, chain ${chain || '?'}, link ${position}: ${message}`)
  const checked = `${rows} entries in ${links} links of ${chains} chains`
  if (findings.length > 0)
    throw new CliError('AUDIT_CHANGED', `The audit was changed: ${findings.length} findings in ${checked}.`, {
      remedy: 'Compare with a backup of the database from before, and find out who had access to it.',
    })
  context.terminal.print(`Nothing was removed or changed: ${checked}.`)
}

export function addAudit(program: Command, context: Context): void {
  const audit = program.command('audit').description('Who did what, and whether the record of it is whole.')
  const list = addFilters(audit.command('list').description('Calls and logins, the newest first.'))
    .addOption(outputOption(['table', 'json']))
    .action(async ({ output, ...filters }: Filters & { output: string }) => {
      const cloud = await context.cloud()
      const { items } = await cloud.http.call<{ items: Entry[] }>('GET', pathOf(filters))
      context.terminal.print(output === 'json' ? JSON.stringify(items, null, 2) : tableOf(items, context))
    })
  const save = addFilters(audit.command('export').description('Calls and logins as a CSV file.'))
    .argument('<file>', 'Where to write it.')
    .action(async (file: string, filters: Filters) => {
      const cloud = await context.cloud()
      const answer = await cloud.http.stream('GET', pathOf(filters, { format: 'csv' }))
      await writeFile(file, await answer.text(), { mode: 0o600 })
    })
  const check = audit
    .command('verify')
    .description('Recompute the hash chains; ends with 1 when an entry was removed or changed.')
    .action(() => verify(context))
  for (const command of [audit, list, save, check]) addGlobalOptions(command)
}
