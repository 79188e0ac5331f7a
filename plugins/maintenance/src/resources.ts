/** The kinds of this plugin; `npm run generate` derives its migrations from them. */
import { maintenanceWindow } from './maintenance-window/maintenance-window.resource.ts'

export const resources = [maintenanceWindow]
