/** `basalt events`: changes as they happen. */
import type { ResourceEvent } from '@basalt/sdk'
import type { Command } from 'commander'
import { type Catalogue, spoken } from '../catalogue.ts'
import type { Context } from '../context.ts'
import { usageError } from '../errors.ts'
import { labelOf, type Row } from '../input/references.ts'
import { printable } from '../output/text.ts'
import { untilQuit } from '../until-quit.ts'
import { kebab } from '../words.ts'
import { addGlobalOptions, outputOption } from './common.ts'
import { completes, kindWords } from './completion/offers.ts'

interface EventsOptions {
  kind?: string[]
  resource?: string
  after?: string
  output: 'text' | 'json'
}

function kindsOf(catalogue: Catalogue, words: readonly string[] | undefined): string[] | undefined {
  return words
    ?.flatMap((word) => word.split(','))
    .map((word) => {
      const kind = catalogue.byWord(word)
      if (kind) return kind.kind
      throw usageError(
        `--kind: there is no kind "${word}".`,
        `There is: ${catalogue.kinds.map((each) => kebab(each.kind)).join(', ')}.`,
      )
    })
}

function textOf(catalogue: Catalogue, { kind: name, at, change, data }: ResourceEvent<Row>): string {
  const kind = catalogue.kind(name)
  const state = typeof data.state === 'string' ? `  ${data.state}` : ''
  const percent = typeof data.percent === 'number' ? `  ${data.percent} %  ${data.message ?? ''}` : ''
  const label = kind ? `${spoken(kind)} "${labelOf(kind, data)}"` : `${name} ${data.id}`
  return printable(`${at}  ${change}  ${label}${state}${percent}`.trimEnd())
}

export function addEvents(program: Command, context: Context): void {
  const command = program
    .command('events')
    .description('Print changes as they happen; q or Ctrl-C ends it.')
    .option('--kind <kind...>', 'Only these kinds.')
    .option('--resource <id>', 'Only this resource.')
    .option('--after <cursor>', 'Begin after this event; its cursor is in the JSON output.')
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', '\nExamples:\n  basalt events --kind vm,task\n  basalt events --resource ID -o json')
    .action(async (options: EventsOptions) => {
      const { resource, after, output } = options
      const kinds = kindsOf(context.catalogue, options.kind)
      const cloud = await context.cloud()
      await untilQuit(context.terminal, async (signal) => {
        const stream = cloud.events({ kinds, resource, after, signal }) as AsyncIterable<ResourceEvent<Row>>
        for await (const event of stream)
          context.terminal.print(output === 'json' ? JSON.stringify(event) : textOf(context.catalogue, event))
      })
    })
  for (const option of command.options) if (option.long === '--kind') completes(option, kindWords)
  addGlobalOptions(command)
}
