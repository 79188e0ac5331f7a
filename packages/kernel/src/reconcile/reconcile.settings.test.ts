import type { Setting } from '@basalt/resource'
import { expect, test } from 'vitest'
import { defaultSettings } from '../settings/settings.ts'
import { paceOf, reconcileSeconds } from './reconcile.settings.ts'

test('[core.saga] the pace of reconcilers is as its settings say at the time, and what is fixed stays', () => {
  let everySeconds = 60
  const defaults = defaultSettings()
  const get = <T>(setting: Setting<T>): T =>
    setting.name === reconcileSeconds.name ? (everySeconds as T) : defaults.get(setting)
  const pace = paceOf({ get }, { settleMs: 5 })
  expect(pace()).toEqual({ automatic: true, everyMs: 60_000, settleMs: 5, againMs: 10_000 })
  everySeconds = 10
  expect(pace().everyMs).toBe(10_000)
})
