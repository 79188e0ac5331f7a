import type { NetworkDifference, NetworkInventory } from '@basalt/contracts'

/** The fields of a specification that differ, in words; empty when none does. */
function detailOf(wanted: object, found: object): string {
  const was = found as Record<string, unknown>
  const parts = Object.entries(wanted).flatMap(([field, value]) => {
    const [is, should] = [JSON.stringify(was[field] ?? null), JSON.stringify(value ?? null)]
    return is === should ? [] : [`${field} is ${is}, not ${should}`]
  })
  return parts.join(', ')
}

function compareKind<Spec extends object>(
  kind: NetworkDifference['kind'],
  wanted: ReadonlyMap<string, Spec>,
  found: ReadonlyMap<string, Spec>,
): NetworkDifference[] {
  const unwanted = [...found.keys()].filter((id) => !wanted.has(id))
  return [
    ...[...wanted].flatMap(([id, spec]): NetworkDifference[] => {
      const existing = found.get(id)
      if (!existing) return [{ kind, id, drift: 'missing', detail: 'is not there' }]
      const detail = detailOf(spec, existing)
      return detail ? [{ kind, id, drift: 'changed', detail }] : []
    }),
    ...unwanted.map((id): NetworkDifference => ({ kind, id, drift: 'unwanted', detail: 'is there' })),
  ]
}

/** What differs between what is wanted and what there is. */
export function compareInventories(
  wanted: NetworkInventory,
  found: NetworkInventory,
  only?: ReadonlySet<string>,
): NetworkDifference[] {
  const isMeant = (id: string): boolean => !only || only.has(id)
  const networks = ({ networks: all }: NetworkInventory) =>
    new Map(all.filter(({ network }) => isMeant(network)).map((spec) => [spec.network, spec]))
  const ports = ({ ports: all }: NetworkInventory) =>
    new Map(all.filter(({ port }) => isMeant(port)).map((spec) => [spec.port, spec]))
  return [
    ...compareKind('network', networks(wanted), networks(found)),
    ...compareKind('port', ports(wanted), ports(found)),
  ]
}
