/** This machine as a node of the control plane, when it is one. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '@basalt/observe/finding'
import type { Examination } from './examination.ts'
import { codeOf, examineCertificate, examinePrivate, examineRoom, missing, shownCertificate } from './probes.ts'

/** What of its settings matters here; the program itself checks the rest. */
interface Settings {
  dataDir?: string
  api?: { host?: string; port?: number }
  agents?: { host?: string; port?: number }
  operator?: { passwordFile?: string }
}

const DEFAULT_PORTS = { api: 7443, agents: 7444 } as const

async function examineData(dataDir: string): Promise<Finding[]> {
  const found = await Promise.all([
    examinePrivate(dataDir, 'data of the control plane'),
    examinePrivate(join(dataDir, 'master.key'), 'the key of all secrets at rest'),
    examinePrivate(join(dataDir, 'authority', 'authority.pem'), "the cloud's authority with its key"),
    examineRoom(dataDir, 'data of the control plane'),
  ])
  return found.flat()
}

/** A port on which it should serve. */
async function examinePort(name: string, host = '127.0.0.1', port: number): Promise<Finding[]> {
  const at = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  try {
    const pem = await shownCertificate(at, port)
    return examineCertificate(
      pem,
      `The certificate of the ${name} on ${at}:${port}`,
      'Restart the control plane: it makes a new one.',
    )
  } catch (error) {
    return [
      {
        severity: 'error',
        code: 'PORT_SILENT',
        message: `Nobody serves the ${name} on ${at}:${port} (${codeOf(error)}).`,
        meaning: 'The control plane does not run here, or another program has its port.',
        remedy: `systemctl status basalt-control-plane, then its log; ss -ltnp 'sport = :${port}' shows who listens.`,
      },
    ]
  }
}

/** @param path its settings file */
export async function controlPlaneExaminations(path: string): Promise<Examination[]> {
  let settings: Settings
  try {
    settings = JSON.parse(await readFile(path, 'utf8')) as Settings
  } catch (error) {
    return [{ name: 'settings of the control plane', examine: async () => [unusable(path, error)] }]
  }
  const { dataDir, api, agents, operator } = settings
  const passwordFile = operator?.passwordFile
  return [
    ...(dataDir ? [{ name: 'data of the control plane', examine: () => examineData(dataDir) }] : []),
    ...(passwordFile
      ? [{ name: 'password of the first operator', examine: () => examinePrivate(passwordFile, 'a password') }]
      : []),
    { name: 'API of this node', examine: () => examinePort('API', api?.host, api?.port ?? DEFAULT_PORTS.api) },
    {
      name: "agents' port of this node",
      examine: () => examinePort('port for agents', agents?.host, agents?.port ?? DEFAULT_PORTS.agents),
    },
  ]
}

/** Settings that cannot be read, or are not JSON. */
export function unusable(path: string, error: unknown): Finding {
  if (!(error instanceof SyntaxError)) return missing(path, 'settings', error)
  return {
    severity: 'error',
    code: 'SETTINGS_INVALID',
    message: `${path} is not valid JSON: ${error.message}`,
    meaning: 'The program that reads it does not start.',
    remedy: 'Correct the file.',
  }
}
