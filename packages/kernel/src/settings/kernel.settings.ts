/** Settings of the kernel itself: how long things are remembered, how patient and how watchful it is. */
import { defineSetting, f } from '@basalt/resource'
import { breakerSettings } from '../breaker/breaker.settings.ts'
import { bulkSettings } from '../bulk/bulk.settings.ts'
import { reconcileSettings } from '../reconcile/reconcile.settings.ts'

const days = (doc: string, maximum = 3650) => f.integer({ minimum: 1, maximum, unit: 'd', doc })

export const eventDays = defineSetting(
  'retention.eventDays',
  days('How long events can be read again by those who follow changes.', 365),
  { default: 30 },
)
export const journalDays = defineSetting(
  'retention.journalDays',
  days('How long the steps of finished tasks are kept.', 365),
  { default: 7 },
)
export const taskDays = defineSetting('retention.taskDays', days('How long finished tasks are kept.'), { default: 90 })
export const tombstoneDays = defineSetting(
  'retention.tombstoneDays',
  days('How long it is remembered what a deleted resource was.'),
  { default: 90 },
)
export const auditDays = defineSetting('retention.auditDays', days('How long the audit log is kept.'), {
  default: 365,
  concern: 'audit',
})
export const settingChangeDays = defineSetting(
  'retention.settingChangeDays',
  days('How long changes of settings are remembered.'),
  { default: 365, concern: 'audit' },
)

export const kernelSettings = [
  ...[eventDays, journalDays, taskDays, tombstoneDays, auditDays, settingChangeDays],
  ...breakerSettings,
  ...reconcileSettings,
  ...bulkSettings,
]
