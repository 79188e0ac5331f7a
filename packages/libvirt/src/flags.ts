/** Which definition of a domain a change goes to (`virDomainModificationImpact`). */
export type Scope = 'current' | 'live' | 'config' | 'liveAndConfig'

const SCOPE_FLAGS: Record<Scope, number> = { current: 0, live: 1, config: 2, liveAndConfig: 3 }

/** The flags of a scope; `current` is live for a running domain and config for one shut off. */
export function scopeFlags(scope: Scope = 'current'): number {
  return SCOPE_FLAGS[scope]
}

/** Builds a flag word: the bits of all options that are set. */
export function flagsOf<K extends string>(
  bits: Record<K, number>,
  options: { readonly [key in NoInfer<K>]?: boolean },
): number {
  let flags = 0
  for (const key in bits) if (options[key]) flags |= bits[key]
  return flags >>> 0
}
