/** Password hashes as text: the PHC string format, which carries its own parameters. */

/** Argon2id with what OWASP recommends (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
export const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

const SALT_BYTES = 16
const KEY_BYTES = 32

const parametersText = ({ memoryCost, timeCost, parallelism }: typeof PARAMETERS): string =>
  `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`

/** Whether a hash was made with other parameters than those of now. */
export const isOutdated = (hash: string): boolean => !hash.startsWith(parametersText(PARAMETERS))

const zeros = (bytes: number): string => Buffer.alloc(bytes).toString('base64').replaceAll('=', '')

/** Belongs to no password, and takes as long to find that out as any other. */
export const NO_HASH = `${parametersText(PARAMETERS)}${zeros(SALT_BYTES)}$${zeros(KEY_BYTES)}`
