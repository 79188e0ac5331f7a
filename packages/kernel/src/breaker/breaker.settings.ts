/** How patient circuit breakers are. */
import { defineSetting, f } from '@basalt/resource'
import type { Settings } from '../settings/settings.ts'
import type { BreakerTuning } from './breaker.ts'

export const breakerAfter = defineSetting(
  'breaker.after',
  f.integer({
    minimum: 1,
    maximum: 100,
    doc: 'So many calls in a row without an answer, and a host’s driver or a fabric is not asked any more until it answers a probe.',
  }),
  { default: 3 },
)
export const breakerProbeMs = defineSetting(
  'breaker.probeMs',
  f.integer({
    minimum: 100,
    maximum: 600_000,
    unit: 'ms',
    doc: 'Time to the first probe of what does not answer; each further one waits twice as long, up to ten times this.',
  }),
  { default: 5_000 },
)
export const breakerSettings = [breakerAfter, breakerProbeMs]

export const breakerTuning =
  (settings: Settings): (() => BreakerTuning) =>
  () => ({ after: settings.get(breakerAfter), probeEveryMs: settings.get(breakerProbeMs) })
