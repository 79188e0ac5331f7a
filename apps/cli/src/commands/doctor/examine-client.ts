/** This machine as a client: Node.js, the files of the command line, the session, the way to the cloud. */
import { existsSync } from 'node:fs'
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import type { Finding } from '@basalt/observe/finding'
import { configPath, credentialsPath } from '../../config/paths.ts'
import type { Profile } from '../../config/profiles.ts'
import type { LocalContext } from '../local.ts'
import type { Examination } from './examination.ts'
import { codeOf, examineCertificate, examinePrivate } from './probes.ts'

const OLDEST_NODE = [20, 19] as const
const SKEW_MS = 5_000
const ANSWER_MS = 10_000

function examineNode(version: string = process.versions.node): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return []
  return [
    {
      severity: 'error',
      code: 'NODE_TOO_OLD',
      message: `Node.js ${version} is older than ${OLDEST_NODE.join('.')}.`,
      meaning: 'Programs of Basalt may fail in unexpected ways.',
      remedy: 'Install Node.js 20.19 or newer.',
    },
  ]
}

function examineSession({ token, accessKey, expiresAt }: Profile): Finding[] {
  if (accessKey || (token && (!expiresAt || Date.parse(expiresAt) > Date.now()))) return []
  return [
    {
      severity: 'note',
      code: 'NOT_LOGGED_IN',
      message: token ? 'Your session has ended.' : 'You are not logged in.',
      meaning: 'The cloud cannot be asked what is wrong with it.',
      remedy: 'basalt login, as an operator; then run basalt doctor again.',
    },
  ]
}

interface Answer {
  status: number
  date: string | undefined
}

function ask(url: URL, ca: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? requestPlain : requestTls
    const outgoing = send(url, { ca, timeout: ANSWER_MS }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, date: response.headers.date })
    })
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    outgoing.on('error', reject)
    outgoing.end()
  })
}

function unreachable(url: string, error: unknown): Finding {
  const code = codeOf(error)
  const untrusted = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)
  return {
    severity: 'error',
    code: untrusted ? 'CLOUD_UNTRUSTED' : 'CLOUD_UNREACHABLE',
    message: untrusted ? `The certificate of ${url} is not trusted (${code}).` : `${url} does not answer (${code}).`,
    meaning: 'No command reaches the cloud from here.',
    remedy: untrusted
      ? 'Log in again with --ca-file FILE or --fingerprint SHA256, as the operator of the cloud tells it.'
      : 'On the control plane: systemctl status basalt-control-plane, then its log. From here: check name, port and firewall.',
  }
}

function examineAnswer(url: string, { status, date }: Answer): Finding[] {
  const found: Finding[] = []
  if (status !== 200)
    found.push({
      severity: 'error',
      code: 'CLOUD_NOT_READY',
      message: `${url} answers, but is not ready (status ${status}).`,
      meaning: 'Requests are refused with 503 until it is.',
      remedy:
        'As an operator: basalt api GET /v1/health/ready says which part is missing; the log of the node says why.',
    })
  const skewMs = date ? Date.now() - Date.parse(date) : 0
  // The header has whole seconds.
  if (Math.abs(skewMs) > SKEW_MS)
    found.push({
      severity: 'warning',
      code: 'CLOCK_OFF',
      message: `The clock of this machine is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs < 0 ? 'behind' : 'ahead of'} that of the cloud.`,
      meaning: 'Certificates may be refused, and times do not compare.',
      remedy: 'timedatectl set-ntp true, here or there.',
    })
  return found
}

async function examineWay({ url, ca }: Profile): Promise<Finding[]> {
  try {
    return examineAnswer(url, await ask(new URL('/v1/health/ready', url), ca))
  } catch (error) {
    return [unreachable(url, error)]
  }
}

export function clientExaminations({ terminal, profiles }: LocalContext): Examination[] {
  const profile = profiles.get()
  const kept = credentialsPath(terminal.env)
  // Before credentials had a file of their own they were in that of the profiles.
  const path = existsSync(kept) ? kept : configPath(terminal.env)
  const renew = 'Log in again with the new authority: basalt login --ca-file FILE'
  return [
    { name: 'Node.js', examine: async () => examineNode() },
    {
      name: 'files of the command line',
      examine: async () => (existsSync(path) ? examinePrivate(path, 'tokens and access keys of profiles') : []),
    },
    ...(profile
      ? [
          { name: 'session', examine: async () => examineSession(profile) },
          {
            name: 'authority of the cloud',
            examine: async () =>
              profile.ca
                ? examineCertificate(profile.ca, "The cloud's authority that this profile trusts", renew, 30)
                : [],
          },
          { name: `way to ${profile.url}`, examine: () => examineWay(profile) },
        ]
      : []),
  ]
}
