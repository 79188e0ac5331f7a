/** What can be done with a resource now, and why something cannot. */
import type { Session } from '../api/session.ts'
import type { Kind, KindAction, Row, Task } from '../api/types.ts'
import { isRecycled } from '../data/fold.ts'
import { alternatives, inSentence, words } from '../format/words.ts'
import { t } from '../text/index.ts'

/** Whether the user may change the resource: what others offer to everybody is only read. */
export const isOwn = (row: Row, session: Session | null): boolean =>
  Boolean(session?.operator) || typeof row.account !== 'string' || row.account === session?.account

/** What is for resources in the recycle bin, and nothing else is. */
const IN_BIN = new Set(['undelete', 'expunge'])

const REMOVING = new Set(['delete', 'expunge'])

/** Whether the action loses what it is done with: its name has to be typed. */
export const isRemoving = (action: KindAction): boolean => REMOVING.has(action.name) && action.danger

/** Actions on a resource, in order of definition; editing first, deletion last. */
export function actionsOn(kind: Kind, row: Row, session: Session | null): KindAction[] {
  if (!isOwn(row, session)) return []
  const rank = ({ name }: KindAction): number => (REMOVING.has(name) ? 1 : 0)
  const fits = ({ name }: KindAction): boolean =>
    name !== 'create' && (!kind.recycles || IN_BIN.has(name) === isRecycled(row))
  return kind.actions.filter(fits).sort((a, b) => rank(a) - rank(b))
}

export const creationOf = (kind: Kind): KindAction | undefined => kind.actions.find(({ name }) => name === 'create')

/** Label of an action's button. */
export const labelOf = (action: KindAction): string => (action.name === 'update' ? t('action.edit') : action.title)

/** Why the state does not allow the action; null when it does. */
export function refusalOf(action: KindAction, row: Row): string | null {
  if (!action.from || row.state === undefined || action.from.includes(row.state)) return null
  return t('action.wrongState', {
    action: labelOf(action),
    states: alternatives(action.from.map(words)),
    state: words(row.state),
  })
}

/** Whether it has to be asked for more than by a click. */
export const needsDialog = (action: KindAction): boolean => action.danger || action.input.length > 0

/** `vm.create web-1` → `Create VM web-1`. */
export function taskTitle(task: Task, kinds: ReadonlyMap<string, Kind>): string {
  const [kindName = '', actionName = ''] = task.action.split('.')
  const kind = kinds.get(kindName)
  const action = kind?.actions.find(({ name }) => name === actionName)
  const subject = (task.name ?? '').startsWith(`${task.action} `) ? (task.name ?? '').slice(task.action.length + 1) : ''
  return [action?.title ?? words(actionName), inSentence(kind?.title ?? words(kindName)), subject]
    .filter(Boolean)
    .join(' ')
}

export const isRunning = (task: Task): boolean => !task.finishedAt
