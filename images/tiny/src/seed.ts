import { createHash } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { TinyImageError } from './errors.ts'
import { packFat } from './fat.ts'

/** Largest user data a guest may get. */
export const maxUserDataBytes = 64 * 1024

/** What a guest learns at its first boot, by the NoCloud convention of cloud-init. */
export interface SeedOptions {
  /** Host name, RFC 1123: dot-separated labels of letters, digits and hyphens. */
  hostname: string
  /** A script (`#!...`) or, for guests with cloud-init, any user data; at most 64 KiB in UTF-8. */
  userData?: string
  /** cloud-init runs the user data once per instance id; derived from the content when absent. */
  instanceId?: string
  /** SSH public keys for the default user of guests with cloud-init; one line each. */
  publicKeys?: readonly string[]
  /** Where the raw disk image goes. */
  output: string
}

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const hostnamePattern = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`)
const oneLine = /^[\x20-\x7e]+$/

function invalid(message: string, remedy: string): TinyImageError {
  return new TinyImageError('SEED_INVALID', message, remedy)
}

function metaData(options: SeedOptions, userData: string): string {
  if (!hostnamePattern.test(options.hostname)) {
    throw invalid('The host name of the seed is not valid.', 'Use letters, digits and hyphens, at most 63 per label.')
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([options.hostname, userData]))
    .digest('hex')
  const instanceId = options.instanceId ?? `i-${digest.slice(0, 16)}`
  const keys = options.publicKeys ?? []
  if (![instanceId, ...keys].every((text) => oneLine.test(text))) {
    throw invalid(
      'Instance id and public keys must be single lines of ASCII.',
      'Remove line breaks and other characters.',
    )
  }
  const lines = [`instance-id: ${JSON.stringify(instanceId)}`, `local-hostname: ${options.hostname}`]
  if (keys.length > 0) lines.push('public-keys:', ...keys.map((key) => `  - ${JSON.stringify(key)}`))
  return `${lines.join('\n')}\n`
}

/**
 * Makes the bytes of a NoCloud seed: a raw vfat image labelled CIDATA with meta-data and user-data.
 * @throws TinyImageError SEED_INVALID
 */
export function packSeed(options: Omit<SeedOptions, 'output'>): Buffer {
  const userData = options.userData ?? ''
  const userDataBytes = Buffer.byteLength(userData, 'utf8')
  if (userDataBytes > maxUserDataBytes) {
    const remedy = 'Let a short script fetch the rest.'
    throw invalid(`User data has ${userDataBytes} bytes; ${maxUserDataBytes} are allowed.`, remedy)
  }
  return packFat('CIDATA', [
    { name: 'meta-data', content: Buffer.from(metaData({ ...options, output: '' }, userData)) },
    { name: 'user-data', content: Buffer.from(userData) },
  ])
}

/**
 * Writes a NoCloud seed to be attached as a read-only disk. The file appears whole or not at all and is readable by
 * its owner only, since user data may hold secrets.
 * @throws TinyImageError SEED_INVALID
 */
export async function buildSeed(options: SeedOptions): Promise<{ path: string; sizeBytes: number }> {
  const image = packSeed(options)
  const temporary = `${options.output}.${process.pid}.new`
  try {
    await writeFile(temporary, image, { mode: 0o600 })
    await rename(temporary, options.output)
  } finally {
    await rm(temporary, { force: true })
  }
  return { path: options.output, sizeBytes: image.length }
}
