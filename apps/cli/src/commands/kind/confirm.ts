/** What loses data or interrupts service is asked for twice. */
import type { Kind, KindAction } from '@basalt/resource'
import { spoken } from '../../catalogue.ts'
import type { Context } from '../../context.ts'
import { CliError, EXIT } from '../../errors.ts'
import { labelOf, type Row } from '../../input/references.ts'

/** Throws unless the user agrees, or has agreed by `--yes`. */
export async function confirmDanger(
  { terminal }: Context,
  kind: Kind,
  action: KindAction,
  rows: readonly Row[],
  yes: boolean,
): Promise<void> {
  if (!action.danger || yes) return
  const names = rows.map((row) => `"${labelOf(kind, row)}"`).join(', ')
  const what = `${action.title} ${spoken(kind)} ${names}`
  if (!terminal.interactive)
    throw new CliError('CONFIRMATION_NEEDED', `${what}: this loses data or interrupts service.`, {
      remedy: 'Add --yes if you mean it.',
      exitCode: EXIT.usage,
    })
  terminal.note(action.doc)
  const answer = await terminal.ask(`${what}? [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CONFIRMATION_NEEDED', 'Nothing was done.')
}
