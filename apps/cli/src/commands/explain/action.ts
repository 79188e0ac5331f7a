/** `basalt explain vm create`. */
import type { Kind, KindAction } from '@basalt/resource'
import { exampleOf } from '../../input/example.ts'
import { nameOf } from '../../input/options.ts'
import type { TableOptions } from '../../output/table.ts'
import { kebab } from '../../words.ts'
import { cells, defaultText, limitsText, permissionText, section, typeText } from './words.ts'

function courseText({ from, via, to, reaches, long }: KindAction): string[] {
  const ends = to ?? reaches?.join(' or ')
  const change = ends
    ? ` ${via ? `goes through "${via}" and ` : ''}ends as ${to ? `"${to}"` : ends}.`
    : ' changes when it is done.'
  return [
    from ? `Possible when it is ${from.join(' or ')}.` : '',
    long || ends ? `${long ? 'A task; the' : 'The'} resource${change}` : '',
  ]
}

export function actionText(kind: Kind, action: KindAction, options: TableOptions): string {
  const facts = [
    ...courseText(action),
    action.danger ? 'Loses data or interrupts service: asks first.' : '',
    permissionText(action) && `Permission: ${permissionText(action)}.`,
    `API: ${action.method} ${action.path}`,
  ]
  const input = action.input.map((field) => {
    const limits = [limitsText(field), defaultText(field) ? `default ${defaultText(field)}` : '']
      .filter(Boolean)
      .join('; ')
    return cells(`--${nameOf(field)}`, typeText(field), field.optional ? '' : 'required', limits, field.doc)
  })
  const shown = (action.reveals ?? []).map((field) => cells(field.name, typeText(field), field.doc))
  return [
    `${kebab(kind.kind)} ${kebab(action.name)}: ${action.doc}\n\n${facts.filter(Boolean).join('\n')}`,
    section('Input', ['OPTION', 'TYPE', '', 'LIMITS', 'WHAT IT IS'], input, options),
    section('Shown this once', ['NAME', 'TYPE', 'WHAT IT IS'], shown, options),
    `\n\nExample: ${exampleOf(kind, action)}`,
  ].join('')
}
