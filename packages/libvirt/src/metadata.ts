import { type Call, type CallOptions, noResult } from './calls.ts'
import type { ScopeOptions } from './devices.ts'
import { type DomainRef, writeDomain } from './domain-ref.ts'
import { scopeFlags } from './flags.ts'

/** Kinds of metadata (`virDomainMetadataType`). */
const KIND = { description: 0, title: 1, element: 2 }

/** Calls that keep notes with a domain. */
export function metadataCalls(call: Call) {
  const set = (
    domain: DomainRef,
    kind: keyof typeof KIND,
    { value, key, uri }: { value: string | undefined; key?: string; uri?: string },
    { scope, ...options }: ScopeOptions,
  ) =>
    call(
      'domainSetMetadata',
      (w) => {
        writeDomain(w, domain).int32(KIND[kind])
        for (const text of [value, key, uri]) w.optional(text, (present) => w.string(present))
        w.uint32(scopeFlags(scope))
      },
      noResult,
      options,
    )

  const get = (domain: DomainRef, kind: keyof typeof KIND, uri: string | undefined, options?: CallOptions) =>
    call(
      'domainGetMetadata',
      (w) =>
        writeDomain(w, domain)
          .int32(KIND[kind])
          .optional(uri, (present) => w.string(present))
          .uint32(0),
      (r) => r.string(),
      options,
    )

  return {
    /** Sets the title, or with `undefined` removes it. No line breaks. */
    setTitle: (domain: DomainRef, title: string | undefined, options: ScopeOptions = {}) =>
      set(domain, 'title', { value: title }, options),

    /** The title. Fails with `LIBVIRT_NO_DOMAIN_METADATA` when there is none. */
    title: (domain: DomainRef, options?: CallOptions) => get(domain, 'title', undefined, options),

    /** Keeps an XML element of the namespace `uri` (under the prefix `key`), or with `undefined` removes it. */
    setElement: (
      domain: DomainRef,
      { uri, key, xml }: { uri: string; key: string; xml: string | undefined },
      options: ScopeOptions = {},
    ) => set(domain, 'element', { value: xml, key, uri }, options),

    /** The XML element of a namespace. Fails with `LIBVIRT_NO_DOMAIN_METADATA` when there is none. */
    element: (domain: DomainRef, uri: string, options?: CallOptions) => get(domain, 'element', uri, options),
  }
}
