/** Small questions about this machine. Each answers with findings, none when all is well. */
import { X509Certificate } from 'node:crypto'
import { access, constants, stat, statfs } from 'node:fs/promises'
import { connect as connectPlain } from 'node:net'
import { delimiter, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { Finding } from '@basalt/observe/finding'

const CONNECT_MS = 3_000
const DAY_MS = 86_400_000

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

/** Whether others than its owner can open a file or directory that is theirs alone. */
export async function examinePrivate(path: string, what: string): Promise<Finding[]> {
  try {
    const { mode } = await stat(path)
    const isDirectory = (mode & 0o170000) === 0o040000
    const may = isDirectory ? 0o700 : 0o600
    if ((mode & 0o077) === 0) return []
    return [
      {
        severity: 'error',
        code: 'FILE_EXPOSED',
        message: `${path} (${what}) can be opened by others than its owner (mode ${(mode & 0o777).toString(8)}).`,
        meaning: 'Whoever has an account on this machine may have read it.',
        remedy: `chmod ${may.toString(8)} ${path}; if somebody may have read it, replace what it holds.`,
      },
    ]
  } catch (error) {
    return [missing(path, what, error)]
  }
}

export const missing = (path: string, what: string, error: unknown): Finding =>
  codeOf(error) === 'EACCES'
    ? {
        severity: 'note',
        code: 'FILE_UNREADABLE',
        message: `${path} (${what}) may not be looked at by you.`,
        meaning: 'What is wrong there, if anything, is not known.',
        remedy: 'Run basalt doctor as root.',
      }
    : {
        severity: 'error',
        code: 'FILE_MISSING',
        message: `${path} (${what}) cannot be found (${codeOf(error)}).`,
        meaning: 'The program that needs it does not start.',
        remedy: 'Correct the path in its settings, or restore the file from a backup.',
      }

/** Whether the file system of a directory has room. */
export async function examineRoom(path: string, what: string): Promise<Finding[]> {
  try {
    const { blocks, bavail } = await statfs(path)
    const used = blocks > 0 ? Math.round((1 - bavail / blocks) * 100) : 0
    if (used < 90) return []
    return [
      {
        severity: used >= 98 ? 'error' : 'warning',
        code: 'DISK_FULL',
        message: `The file system of ${path} (${what}) is ${used} % full.`,
        meaning: 'When it is full, what writes there stops.',
        remedy: `Make room, or make the file system larger: df -h ${path}`,
      },
    ]
  } catch (error) {
    return [missing(path, what, error)]
  }
}

/** Whether a certificate is about to end. @param remedy what renews it */
export function examineCertificate(pem: string, what: string, remedy: string, warnDays = 14): Finding[] {
  const ends = new Date(new X509Certificate(pem).validTo)
  const leftDays = (ends.getTime() - Date.now()) / DAY_MS
  if (leftDays > warnDays) return []
  const hasEnded = leftDays <= 0
  return [
    {
      severity: hasEnded ? 'error' : 'warning',
      code: 'CERTIFICATE_ENDS',
      message: `${what} ${hasEnded ? 'ended' : 'ends'} on ${ends.toISOString().slice(0, 10)}.`,
      meaning: hasEnded ? 'Connections that need it are refused.' : 'Afterwards connections that need it are refused.',
      remedy,
    },
  ]
}

/** The certificate that a TLS server shows, trusted or not. @throws the system's error when nobody answers */
export function shownCertificate(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false, timeout: CONNECT_MS }, () => {
      const certificate = socket.getPeerX509Certificate()
      socket.destroy()
      if (certificate) resolve(certificate.toString())
      else reject(new Error('it shows no certificate'))
    })
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
  })
}

/** Whether somebody listens on a unix socket. */
export function answersOnSocket(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectPlain({ path, timeout: CONNECT_MS })
    const end = (answers: boolean) => () => {
      socket.destroy()
      resolve(answers)
    }
    socket.on('connect', end(true))
    socket.on('error', end(false))
    socket.on('timeout', end(false))
  })
}

/** Whether a program is found where programs are looked for. */
export async function hasProgram(name: string, path = process.env.PATH ?? ''): Promise<boolean> {
  const found = await Promise.allSettled(
    [...path.split(delimiter), '/usr/sbin', '/sbin'].map((directory) => access(join(directory, name), constants.X_OK)),
  )
  return found.some(({ status }) => status === 'fulfilled')
}
