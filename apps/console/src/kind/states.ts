/** What a state means, told from the kind's definition. */
import type { Kind } from '../api/types.ts'

export type StateTone = 'failed' | 'transitional' | 'good' | 'warning' | 'settled'

const GOOD = new Set(['running', 'ready', 'up', 'usable', 'succeeded', 'available', 'inUse', 'active', 'attached'])
const WARNING = new Set(['down', 'unknown', 'degraded'])

/**
 * Something is going on in it: states that actions pass through, and those named like one ("undoing") unless an action ends in it
 * ("running" of a VM).
 */
function isTransitional(kind: Kind, state: string): boolean {
  if (kind.actions.some(({ via }) => via === state)) return true
  return state.endsWith('ing') && !kind.actions.some(({ to }) => to === state)
}

export function toneOf(kind: Kind, state: string): StateTone {
  if (kind.failedStates.includes(state)) return 'failed'
  if (isTransitional(kind, state)) return 'transitional'
  if (GOOD.has(state)) return 'good'
  return WARNING.has(state) ? 'warning' : 'settled'
}

/** Whether others can refer to a resource in this state. */
export const isUsable = (kind: Kind, state: string | undefined): boolean =>
  state === undefined || !['failed', 'transitional'].includes(toneOf(kind, state))

/** Whether it can do its work: kinds without states always can. */
export const isReady = (kind: Kind, state: string | undefined): boolean =>
  state === undefined || toneOf(kind, state) === 'good'

/** States of a kind, in order of definition. */
export const statesOf = (kind: Kind): readonly string[] =>
  kind.fields.find(({ type }) => type === 'state')?.values ?? []
