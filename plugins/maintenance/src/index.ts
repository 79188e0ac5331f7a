/** Maintenance windows: a kind, a placement policy that keeps VMs away from hosts that are worked on, and notices by syslog. */
import { CONTRACT_VERSION, definePlugin, f } from '@basalt/plugin'
import { migrations } from '../migrations/index.ts'
import packageJson from '../package.json' with { type: 'json' }
import { maintenanceWindowSlice } from './maintenance-window/maintenance-window.actions.ts'
import { leadMinutes, underMaintenance } from './maintenance-window/under-maintenance.ts'
import { resources } from './resources.ts'
import { syslog } from './syslog/syslog.ts'

export default definePlugin({
  contract: CONTRACT_VERSION,
  name: 'maintenance',
  version: packageJson.version,
  options: {
    syslogHost: f.text({ optional: true, maxLength: 253, doc: 'Syslog server that notices go to; none without it.' }),
    syslogPort: f.integer({ default: 514, minimum: 1, maximum: 65_535, doc: 'Its TCP port.' }),
  },
  resources,
  migrations,
  create(context) {
    const { syslogHost, syslogPort = 514 } = context.options
    return {
      service: { slices: [maintenanceWindowSlice(context)], settings: [leadMinutes] },
      placement: [underMaintenance(context)],
      notifiers: syslogHost ? [syslog({ host: syslogHost, port: syslogPort })] : [],
    }
  },
})
