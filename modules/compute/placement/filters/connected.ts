import type { Filter } from '../candidate.ts'

/** Only hosts whose agent is here and which take guests. */
export const connected: Filter = ({ host, connected: here }) => {
  if (host.state !== 'up' || !here) return 'are not connected'
  return host.enabled ? null : 'are disabled'
}
