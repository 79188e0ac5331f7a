import { defineSetting, f, type PlacementPolicy, type PluginContext } from '@basalt/plugin'
import type { MaintenanceWindowRow } from './maintenance-window.resource.ts'

export const leadMinutes = defineSetting(
  'maintenance.leadMinutes',
  f.integer({
    minimum: 0,
    maximum: 10_080,
    unit: 'min',
    doc: 'For how long before a maintenance window no VM is placed on its host.',
  }),
  { default: 60 },
)

/** Hosts with a window that is now or soon take no VM. */
export const underMaintenance = ({ store, settings }: PluginContext): PlacementPolicy => ({
  name: 'under-maintenance',
  async look({ zone }) {
    const [windows, now] = await Promise.all([
      store.all<MaintenanceWindowRow>('maintenanceWindow', { zone }),
      store.now(),
    ])
    const soon = now + settings.get(leadMinutes) * 60_000
    const counting = windows.filter(({ startsAt, endsAt }) => Date.parse(startsAt) <= soon && Date.parse(endsAt) > now)
    const hosts = new Set(counting.map(({ host }) => host))
    return { refuse: ({ host }) => (hosts.has(host.id) ? 'are under maintenance' : null) }
  },
})
