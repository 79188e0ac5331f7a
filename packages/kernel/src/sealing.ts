/** Secrets at rest: AES-256-GCM under a master key that is kept outside the database (NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import type { Resource } from '@basalt/resource'
import type { Row } from './database.ts'
import type { Operation } from './operations.ts'

const VERSION = 'sealed1'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

export interface Sealer {
  /** @param context what the secret belongs to: sealed text moved elsewhere does not open */
  seal(text: string, context: string): string
  /** @throws Error when the key is another one, or the text was changed or moved */
  open(sealed: string, context: string): string
  /** Tells whether two texts are the same, and without the key nothing of what they say. */
  digest(text: string): string
}

export function createSealer(key: Buffer): Sealer {
  if (key.length !== KEY_BYTES) throw new TypeError(`a master key has ${KEY_BYTES} bytes, not ${key.length}`)
  const digestKey = Buffer.from(hkdfSync('sha256', key, '', 'digest', KEY_BYTES))
  return {
    digest: (text) => createHmac('sha256', digestKey).update(text).digest('hex'),
    seal(text, context) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')}`
    },
    open(sealed, context) {
      const [version, encoded = ''] = sealed.split('.')
      if (version !== VERSION) throw new Error('this is not sealed text')
      const bytes = Buffer.from(encoded, 'base64')
      const iv = bytes.subarray(0, IV_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    },
  }
}

/** Fields of a kind that are sealed at rest. */
const sealedFields = (resource: Resource): string[] =>
  Object.entries(resource.fields)
    .filter(([, spec]) => spec.sealed)
    .map(([name]) => name)

function change(resource: Resource, id: string, row: Row, how: (text: string, context: string) => string): Row {
  const present = sealedFields(resource).filter((field) => typeof row[field] === 'string')
  if (present.length === 0) return row
  const changed = present.map((field) => [field, how(row[field] as string, `${resource.kind}/${id}/${field}`)])
  return { ...row, ...Object.fromEntries(changed) }
}

/** Seals rows on their way to the database and opens them on their way back. */
export interface RowSealer {
  sealed(operation: Operation): Operation
  opened(resource: Resource, row: Row): Row
}

/** @param sealer may be absent where no kind has sealed fields */
export function createRowSealer(resources: readonly Resource[], sealer: Sealer | undefined): RowSealer {
  const byKind = new Map(resources.filter((resource) => sealedFields(resource).length > 0).map((r) => [r.kind, r]))
  if (!sealer && byKind.size > 0) throw new TypeError(`${[...byKind.keys()].join(', ')} need a master key`)
  const seal = (text: string, context: string): string => (sealer as Sealer).seal(text, context)
  const open = (text: string, context: string): string => (sealer as Sealer).open(text, context)
  return {
    sealed(operation) {
      const resource = 'kind' in operation ? byKind.get(operation.kind) : undefined
      if (!resource) return operation
      if (operation.op === 'insert') {
        const row = change(resource, operation.row.id, operation.row, seal)
        return { ...operation, row: { ...row, id: operation.row.id } }
      }
      return operation.op === 'update'
        ? { ...operation, set: change(resource, operation.id, operation.set, seal) }
        : operation
    },
    opened: (resource, row) => change(resource, row.id as string, row, open),
  }
}

/** The master key of a file (mode 0600), made when there is none. Nodes that start at once get the same. */
export async function masterKey(file: string): Promise<Buffer> {
  const mine = `${file}.${process.pid}`
  await writeFile(mine, randomBytes(KEY_BYTES), { mode: 0o600 })
  try {
    // Appears whole or not at all; who comes second takes the first one's.
    await link(mine, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(mine, { force: true })
  }
  const key = await readFile(file)
  if (key.length !== KEY_BYTES) throw new Error(`${file} does not hold a master key; restore it from a backup`)
  return key
}
