/** Secrets at rest: AES-256-GCM under a master key that is kept outside the database (NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Resource } from '@basalt/resource'
import type { Row } from './database.ts'
import { type DigestKey, digestKeyOf, type Keyring, keyringOf, UnknownKey } from './keys/keyring.ts'
import { type Operation, Refused, type Unit } from './operations.ts'

const VERSION = 'sealed2'
const IV_BYTES = 12
const TAG_BYTES = 16

export interface Sealer {
  /** @param context what the secret belongs to: sealed text moved elsewhere does not open */
  seal(text: string, context: string): string
  /** @throws Error when the key is another one, or the text was changed or moved */
  open(sealed: string, context: string): string
  /** Tells whether two texts are the same, and without the key nothing of what they say. Begins with the key's id and a dot. */
  digest(text: string): string
  /** What {@link Sealer.digest} gave, or gives, by whichever key is there, or was until a day ago. */
  digests(text: string): string[]
  keys: Keyring
}

/** What text sealed with a key begins with. */
export const sealedPrefix = (key: string): string => `${VERSION}.${key}.`

const digestOf = ({ id, bytes }: DigestKey, text: string): string =>
  `${id}.${createHmac('sha256', bytes).update(text).digest('hex')}`

/** Seals with the active key of the ring, and opens with each. */
export function createSealer(key: Buffer | Keyring): Sealer {
  const keys = keyringOf(key)
  return {
    keys,
    digest: (text) => digestOf(digestKeyOf(keys.active()), text),
    digests: (text) => keys.digestKeys().map((each) => digestOf(each, text)),
    seal(text, context) {
      const { id, bytes } = keys.active()
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', bytes, iv).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${sealedPrefix(id)}${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`
    },
    open(sealed, context) {
      const [version, id = '', encoded = ''] = sealed.split('.')
      if (version !== VERSION) throw new Error('this is not sealed text')
      const found = keys.find(id)
      if (!found) throw new UnknownKey(id)
      const bytes = Buffer.from(encoded, 'base64')
      const iv = bytes.subarray(0, IV_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', found.bytes, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
  }
}

const sealedByResource = new WeakMap<Resource, readonly string[]>()

/** Fields of a kind that are sealed at rest. */
export function sealedFields(resource: Resource): readonly string[] {
  const known = sealedByResource.get(resource)
  if (known) return known
  const fields = Object.entries(resource.fields)
    .filter(([, spec]) => spec.sealed)
    .map(([name]) => name)
  sealedByResource.set(resource, fields)
  return fields
}

function change(resource: Resource, id: string, row: Row, how: (text: string, context: string) => string): Row {
  const present = sealedFields(resource).filter((field) => typeof row[field] === 'string')
  if (present.length === 0) return row
  const changed = present.map((field) => [field, how(row[field] as string, `${resource.kind}/${id}/${field}`)])
  return { ...row, ...Object.fromEntries(changed) }
}

/** Seals rows on their way to the database and opens them on their way back. */
export interface RowSealer {
  /** Where keys may change, the unit holds only as long as the key it is sealed with is the one that seals. */
  sealed(unit: Unit): Unit
  /** A promise only where a key has to be fetched first. */
  opened(resource: Resource, row: Row): Row | Promise<Row>
}

/** @param sealer may be absent where no kind has sealed fields */
export function createRowSealer(resources: readonly Resource[], sealer: Sealer | undefined): RowSealer {
  const byKind = new Map(resources.filter((resource) => sealedFields(resource).length > 0).map((r) => [r.kind, r]))
  if (!sealer && byKind.size > 0) throw new TypeError(`${[...byKind.keys()].join(', ')} need a master key`)
  const seal = (text: string, context: string): string => (sealer as Sealer).seal(text, context)
  const open = (text: string, context: string): string => (sealer as Sealer).open(text, context)
  function sealedOperation(operation: Operation): Operation {
    const resource = 'kind' in operation ? byKind.get(operation.kind) : undefined
    if (!resource) return operation
    if (operation.op === 'insert') {
      const row = change(resource, operation.row.id, operation.row, seal)
      return row === operation.row ? operation : { ...operation, row: { ...row, id: operation.row.id } }
    }
    if (operation.op !== 'update') return operation
    const set = change(resource, operation.id, operation.set, seal)
    return set === operation.set ? operation : { ...operation, set }
  }
  return {
    sealed(unit) {
      const row = sealer?.keys.active().row
      const operations = unit.map(sealedOperation)
      const isSealed = operations.some((operation, index) => operation !== unit[index])
      return row && isSealed
        ? [...operations, { op: 'require', kind: 'masterKey', id: row, states: ['active'] }]
        : operations
    },
    opened(resource, row) {
      const id = row.id as string
      try {
        return change(resource, id, row, open)
      } catch (error) {
        if (!(error instanceof UnknownKey) || !sealer) throw error
        return sealer.keys.refresh().then(() => change(resource, id, row, open))
      }
    },
  }
}

/** Whether a unit was refused because another key seals by now. */
export const isOtherKey = (error: unknown): boolean =>
  error instanceof Refused && error.operation.op === 'require' && error.operation.kind === 'masterKey'
