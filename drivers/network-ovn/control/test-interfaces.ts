import type { OvnSb, OvsdbClient } from '@basalt/ovsdb'

const WATCHED = {
  Port_Binding: ['logical_port', 'chassis', 'requested_chassis', 'up'],
  Chassis: ['name'],
} as const

/** Interfaces of guests on chassis that do not run: what their ovn-controllers would do in the southbound database. */
export interface TestInterfaces {
  /** An interface with the id of the port is there from now on. Its port may come later. */
  plug(port: string, chassis: string): void
  unplug(port: string): void
  close(): Promise<void>
}

/**
 * Follows the southbound database: a port is claimed, and its flows said to be there, by the chassis that has its interface and that
 * `requested_chassis` names (ovn-controller(8)); it is released when one of the two changes.
 */
export function createTestInterfaces(sb: OvsdbClient<OvnSb>): TestInterfaces {
  const plugged = new Map<string, string>()
  const bindings = sb.replicate(WATCHED)
  let work: Promise<unknown> = Promise.resolve()

  async function settle(): Promise<void> {
    for (const row of bindings.table('Port_Binding').rows()) {
      const [chassis] = bindings.table('Chassis').by('name', plugged.get(row.logical_port) ?? '')
      const isClaimed = chassis !== undefined && row.requested_chassis === chassis._uuid
      const wanted = isClaimed ? { chassis: chassis._uuid, up: true } : { chassis: null, up: false }
      if (row.chassis === wanted.chassis && (row.up ?? false) === wanted.up) continue
      await sb.transaction().update('Port_Binding', { _uuid: row._uuid }, wanted).commit()
    }
  }

  const settleNext = (): void => {
    work = work.then(settle)
  }
  const stop = bindings.onChange(settleNext)
  return {
    plug(port, chassis) {
      plugged.set(port, chassis)
      settleNext()
    },
    unplug(port) {
      plugged.delete(port)
      settleNext()
    },
    async close() {
      stop()
      await work
      await bindings.close()
    },
  }
}
