import type { PluginContext } from '@basalt/plugin'
import { type MaintenanceWindowRow, maintenanceWindow } from './maintenance-window.resource.ts'

type Times = Pick<MaintenanceWindowRow, 'startsAt' | 'endsAt'>

export function maintenanceWindowSlice({ implement, invalidField, conflict, store }: PluginContext) {
  function check({ startsAt, endsAt }: Times): void {
    if (Date.parse(endsAt) <= Date.parse(startsAt))
      throw invalidField('endsAt', 'is not after startsAt', 'Let it end later than it begins.')
  }
  return implement(maintenanceWindow, {
    create: {
      async short({ input }) {
        check(input)
        return undefined
      },
    },
    update: {
      async short({ input, row }) {
        // What is not changed stays as it is.
        const changed: Partial<Times> = input
        check({ startsAt: changed.startsAt ?? row.startsAt, endsAt: changed.endsAt ?? row.endsAt })
        return undefined
      },
    },
    finish: {
      async short({ row }) {
        const now = new Date(await store.now()).toISOString()
        if (row.endsAt <= now)
          throw conflict('WINDOW_OVER', `The window "${row.name}" is over.`, 'There is nothing to finish.')
        // One that had not begun never does.
        return { set: { endsAt: now, ...(row.startsAt > now ? { startsAt: now } : {}) } }
      },
    },
  })
}
