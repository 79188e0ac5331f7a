/** The history of settings. */
import { randomUUID } from 'node:crypto'
import type { Operation } from '../operations.ts'

export interface SettingChange {
  setting: { id: string; name: string; shape: unknown }
  from: unknown
  to: unknown
  how: 'set' | 'reset' | 'template' | 'override' | 'inherit' | 'upgrade'
  user: string
  /** The one resource that it was changed for. */
  target?: { kind: string; id: string }
}

/** Remembers a change, in the unit that makes it. */
export const changeOperation = ({ setting, from, to, how, user, target }: SettingChange): Operation => ({
  op: 'insert',
  kind: 'settingChange',
  row: {
    id: randomUUID(),
    name: setting.name,
    description: '',
    setting: setting.id,
    shape: setting.shape,
    from,
    to,
    how,
    user,
    targetKind: target?.kind ?? null,
    target: target?.id ?? null,
  },
})
