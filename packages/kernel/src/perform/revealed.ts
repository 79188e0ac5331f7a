/** Secrets that an answer shows once. */
import type { Action } from '@basalt/resource'
import type { Row } from '../database.ts'
import { conflict } from '../problem.ts'

/** What an action shows once. The answer to a repeated request does not have it: it is not kept for that. */
export function revealedBy({ reveals }: Action, resource: string, shown: Row = {}): Row {
  const names = Object.keys(reveals)
  if (names.every((name) => name in shown)) return Object.fromEntries(names.map((name) => [name, shown[name]]))
  throw conflict(
    'SHOWN_BEFORE',
    `The request came before and made ${resource}; only its first answer showed the ${names.join(' and ')}.`,
    'If that answer was lost, delete the resource and make another with a fresh Idempotency-Key.',
  )
}
