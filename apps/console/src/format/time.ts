/** Times as people read them, in the time zone of the browser. */
import { t } from '../text/index.ts'

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' })
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** `3 min. ago`, `in 2 hr.`, `just now`. */
export function formatAgo(at: string, nowMs: number): string {
  const seconds = (Date.parse(at) - nowMs) / 1000
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size)
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : t('time.now')
}

/** Date and time to the second. */
export const formatTime = (at: string): string =>
  new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
