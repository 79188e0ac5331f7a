/** `recover`: the way out of every state. It starts from any, so that the work itself must know which it was. */
import type { ActionContext, Prepared } from './action.ts'

/** What a recovery begins with; refused when the resource leaves its state at the same moment. */
export function recovering(
  kind: string,
  { id, row }: Pick<ActionContext<unknown, unknown>, 'id' | 'row'>,
): Prepared & { input: { from: string } } {
  const { state } = row as { state: string }
  return { input: { from: state }, operations: [{ op: 'require', kind, id, states: [state] }] }
}
