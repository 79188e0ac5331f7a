import { LibvirtError } from './errors.ts'
import type { XdrReader, XdrWriter } from './xdr.ts'

/**
 * What libvirt identifies a domain (a VM) by. The daemon looks domains up by `uuid`; `name` and `id` may be outdated.
 */
export interface DomainRef {
  readonly name: string
  /** Lower-case UUID with hyphens. */
  readonly uuid: string
  /** Number of the running instance; -1 while the domain is shut off. */
  readonly id: number
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Writes a UUID as its 16 bytes. */
export function writeUuid(writer: XdrWriter, uuid: string): XdrWriter {
  if (!UUID.test(uuid)) throw new LibvirtError('LIBVIRT_BAD_ARGUMENT', `Not a UUID: ${JSON.stringify(uuid)}`)
  return writer.fixedOpaque(Buffer.from(uuid.replaceAll('-', ''), 'hex'))
}

/** Reads 16 bytes as a UUID in lower case with hyphens. */
export function readUuid(reader: XdrReader): string {
  const hex = reader.fixedOpaque(16).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Writes a domain (`remote_nonnull_domain`). */
export function writeDomain(writer: XdrWriter, domain: DomainRef): XdrWriter {
  writer.string(domain.name)
  return writeUuid(writer, domain.uuid).int32(domain.id)
}

/** Reads a domain (`remote_nonnull_domain`). */
export function readDomain(reader: XdrReader): DomainRef {
  return { name: reader.string(), uuid: readUuid(reader), id: reader.int32() }
}
