/** How often reconcilers look, and how soon. */
import { defineSetting, f } from '@basalt/resource'
import type { Settings } from '../settings/settings.ts'
import type { ReconcilePace } from './schedule.ts'

export const reconcileSeconds = defineSetting(
  'reconcile.everySeconds',
  f.integer({
    minimum: 10,
    maximum: 86_400,
    unit: 's',
    doc: 'Time between two runs of a reconciler, which compares the database with hosts, networks and counts.',
  }),
  { default: 300 },
)
export const reconcileSettleMs = defineSetting(
  'reconcile.settleMs',
  f.integer({
    minimum: 0,
    maximum: 600_000,
    unit: 'ms',
    doc: 'After something happened somewhere, such as a host that connects, so long passes before it is compared.',
  }),
  { default: 2_000 },
)
export const reconcileAgainMs = defineSetting(
  'reconcile.againMs',
  f.integer({
    minimum: 100,
    maximum: 600_000,
    unit: 'ms',
    doc: 'When a task, or another node, was in a reconciler’s way, it looks again after this time.',
  }),
  { default: 10_000 },
)
export const reconcileSettings = [reconcileSeconds, reconcileSettleMs, reconcileAgainMs]

/** The pace of now; what a test fixes stays. */
export const paceOf =
  (settings: Settings, fixed: Partial<ReconcilePace> = {}): (() => ReconcilePace) =>
  () => ({
    automatic: true,
    everyMs: settings.get(reconcileSeconds) * 1_000,
    settleMs: settings.get(reconcileSettleMs),
    againMs: settings.get(reconcileAgainMs),
    ...fixed,
  })
