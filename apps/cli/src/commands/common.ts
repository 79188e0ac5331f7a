/** What many commands share. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FORMATS, type Format } from '../output/format.ts'

/** `-o`: how results are printed. */
class OutputOption extends Option {}

/** `-o`; commands without tables have formats of their own. */
export const outputOption = (formats: readonly string[] = FORMATS): Option =>
  new OutputOption('-o, --output <format>', 'How to print it.').choices([...formats]).default(formats[0])

/** What a profile likes, wherever a command can print so. */
export function preferOutput(command: Command, format: string | undefined): void {
  for (const option of command.options)
    if (format !== undefined && option instanceof OutputOption && option.argChoices?.includes(format)) {
      option.default(format)
      command.setOptionValueWithSource('output', format, 'default')
    }
  for (const each of command.commands) preferOutput(each, format)
}

/** Read before the command line is parsed (see `run.ts`), therefore understood everywhere. */
export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--profile <name>', 'Use this profile instead of the current one.').helpGroup('Global options:'),
    )
    .addOption(new Option('-v, --verbose', 'Print requests on standard error.').helpGroup('Global options:'))
}

export interface OutputOptions {
  output: Format
}

/** `--limit`: a whole number, at least 1. */
export function parseLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError('Give a whole number, at least 1.')
  return limit
}
