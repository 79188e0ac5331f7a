/** What has to be there before a resource of a kind can be made. */
import type { Kind, KindField } from '../api/types.ts'
import { creationOf } from './actions.ts'

/** What else a first one needs, though its form does not ask for it. Those that a user cannot see do not count. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  vm: ['host', 'storagePool'],
  image: ['imageStore'],
  storagePool: ['host'],
  network: ['fabric'],
}

/** Kinds that a field's value refers to, also inside lists and objects. */
function referredBy(field: KindField): string[] {
  if (field.kind) return [field.kind]
  const inner = [...(field.items ? [field.items] : []), ...(field.fields ?? [])]
  return inner.filter(({ optional }) => !optional).flatMap(referredBy)
}

function directly(kind: Kind): string[] {
  const required = creationOf(kind)?.input.filter(({ optional }) => !optional) ?? []
  return [...(ALSO[kind.kind] ?? []), ...required.flatMap(referredBy)]
}

/** Kinds that a first resource of the kind needs, each after those it needs itself. */
export function prerequisitesOf(kind: Kind, kinds: ReadonlyMap<string, Kind>): Kind[] {
  const order: Kind[] = []
  const seen = new Set([kind.kind])
  const visit = (name: string): void => {
    const needed = kinds.get(name)
    if (!needed || seen.has(name)) return
    seen.add(name)
    for (const deeper of directly(needed)) visit(deeper)
    order.push(needed)
  }
  for (const name of directly(kind)) visit(name)
  return order
}
