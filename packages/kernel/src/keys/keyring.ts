/** The master keys that this node has: one that seals, and while keys are changed one that still opens. */
import { hkdfSync } from 'node:crypto'

export const KEY_BYTES = 32
const ID_BYTES = 8

export interface MasterKey {
  /** Tells keys apart, and nothing of what they are. */
  id: string
  bytes: Buffer
  /** Its row in the database, once that is known. */
  row?: string
}

/** Sealed by a key that this node does not have. */
export class UnknownKey extends Error {
  constructor(id: string) {
    super(`this node does not have the master key ${id}`)
    this.name = 'UnknownKey'
  }
}

/** Makes digests of what a key once did, and opens nothing. */
export interface DigestKey {
  /** Of the master key that it comes from. */
  id: string
  bytes: Buffer
}

export interface Keyring {
  /** The one that seals. */
  active(): MasterKey
  find(id: string): MasterKey | undefined
  all(): readonly MasterKey[]
  /** Keep one more, to open with. */
  add(bytes: Buffer): MasterKey
  /** Seal with this one from now on; `row` is its row in the database. */
  activate(id: string, row: string): void
  forget(id: string): void
  /** By which digests are compared: of every key, and of those retired that are remembered. */
  digestKeys(): readonly DigestKey[]
  /** Digest keys of retired keys, instead of those remembered before. */
  rememberDigests(keys: readonly DigestKey[]): void
  /** Look at the database for keys that changed; does nothing until somebody follows it. */
  refresh(): Promise<void>
  follow(refresh: () => Promise<void>): void
}

export const masterKeyId = (bytes: Buffer): string =>
  Buffer.from(hkdfSync('sha256', bytes, '', 'key id', ID_BYTES)).toString('hex')

/** Of each key its digest key, which is asked for with every request that may be a repetition, or a guess. */
const digestKeys = new WeakMap<Buffer, Buffer>()

export function digestKeyOf({ id, bytes }: MasterKey): DigestKey {
  const known = digestKeys.get(bytes)
  if (known) return { id, bytes: known }
  const derived = Buffer.from(hkdfSync('sha256', bytes, '', 'digest', KEY_BYTES))
  digestKeys.set(bytes, derived)
  return { id, bytes: derived }
}

export function createKeyring(active: Buffer, others: readonly Buffer[] = []): Keyring {
  const keys = new Map<string, MasterKey>()
  let refresh = async (): Promise<void> => {}
  function add(bytes: Buffer): MasterKey {
    if (bytes.length !== KEY_BYTES) throw new TypeError(`a master key has ${KEY_BYTES} bytes, not ${bytes.length}`)
    const id = masterKeyId(bytes)
    const key = keys.get(id) ?? { id, bytes }
    keys.set(id, key)
    return key
  }
  let current = add(active)
  let retired: readonly DigestKey[] = []
  for (const other of others) add(other)
  return {
    active: () => current,
    find: (id) => keys.get(id),
    all: () => [...keys.values()],
    add,
    activate(id, row) {
      const key = keys.get(id)
      if (!key) throw new UnknownKey(id)
      current = { ...key, row }
      keys.set(id, current)
    },
    forget(id) {
      if (id !== current.id) keys.delete(id)
    },
    digestKeys: () => [...[...keys.values()].map(digestKeyOf), ...retired.filter(({ id }) => !keys.has(id))],
    rememberDigests(digestKeys) {
      retired = digestKeys
    },
    refresh: () => refresh(),
    follow(how) {
      refresh = how
    },
  }
}

/** A key that nobody changes, or a keyring as it is. */
export const keyringOf = (key: Buffer | Keyring): Keyring => (Buffer.isBuffer(key) ? createKeyring(key) : key)
