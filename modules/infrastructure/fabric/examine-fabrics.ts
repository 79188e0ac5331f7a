/** Looks whether the database of every virtual network answers. */
import type { Examiner, Finding, Store } from '@basalt/kernel'
import type { FabricRow, Fabrics } from './fabrics.ts'

export function examineFabrics({ store, fabrics }: { store: Store; fabrics: Fabrics }): Examiner {
  async function whatIsWrong(id: string): Promise<string | null> {
    try {
      const { ok, message } = await (await fabrics.driver(id)).health()
      return ok ? null : message
    } catch (error) {
      return (error as Error).message
    }
  }
  return {
    name: 'fabrics',
    async examine() {
      const rows = await store.all<FabricRow & { name: string }>('fabric', {})
      const found = await Promise.all(
        rows.map(async ({ id, name, driver, northbound }): Promise<Finding[]> => {
          const wrong = await whatIsWrong(id)
          if (wrong === null) return []
          const where = northbound ? ` at ${northbound}` : ''
          return [
            {
              severity: 'error',
              code: 'FABRIC_DOWN',
              message: `The virtual network of the fabric "${name}" (${driver}${where}) does not answer: ${wrong}`,
              meaning: 'Networks and VMs can be neither created nor started there; running traffic goes on.',
              remedy:
                'Where OVN central runs: systemctl status ovn-central; ovn-nbctl get-connection must name the address above.',
              kind: 'fabric',
              resource: id,
            },
          ]
        }),
      )
      return found.flat()
    },
  }
}
