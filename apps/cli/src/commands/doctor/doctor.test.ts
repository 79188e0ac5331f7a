import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSigningRequest, openAuthority, saveIdentity } from '@basalt/pki'
import { type CloudEnvironment, cloud, freePort, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configPath, credentialsPath } from '../../config/paths.ts'
import { runCli } from '../../run.ts'
import { createTerminal, type Terminal } from '../../terminal.ts'

interface Finding {
  severity: string
  code: string
  message: string
  meaning: string
  remedy: string
  resource?: string
}

let env: CloudEnvironment
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'doctor-'))
  env = await cloud({ heartbeatIntervalMs: 100, hostGraceMs: 100 })
  await writeFile(join(directory, 'ca.pem'), env.controlPlane().caPem)
})

afterAll(async () => {
  await env.close()
  await rm(directory, { recursive: true, force: true })
})

/** A person with a home of their own. */
async function basalt(who: string, ...argv: string[]) {
  let out = ''
  const terminal: Terminal = {
    ...createTerminal(process),
    env: { HOME: join(directory, who), XDG_CONFIG_HOME: join(directory, who), BASALT_PASSWORD: env.passwords.operator },
    interactive: false,
    colors: false,
    width: undefined,
    print: (text) => {
      out += `${text}\n`
    },
    note: (text) => {
      out += `${text}\n`
    },
  }
  const code = await runCli(argv, terminal)
  return { code, out }
}

async function doctor(who: string, ...more: string[]) {
  const { code, out } = await basalt(who, 'doctor', '--json', ...more)
  return { code, ...(JSON.parse(out) as { examined: string[]; findings: Finding[] }) }
}

/** How full the machine's disk is, and what is installed on it, is not a test's business. */
const OTHERS = new Set(['DISK_FULL', 'PROGRAM_MISSING'])
const codes = (findings: readonly Finding[]): string[] =>
  findings.map(({ code }) => code).filter((code) => !OTHERS.has(code))

const login = (who: string, username: string, password: string) =>
  writeFile(join(directory, `${who}.password`), password).then(() =>
    basalt(
      who,
      ...['login', '--url', env.controlPlane().apiUrl, '--ca-file', join(directory, 'ca.pem')],
      ...['--username', username, '--password-file', join(directory, `${who}.password`)],
    ),
  )

test('on a machine without a cloud nothing is wrong', async () => {
  const { code, out } = await basalt('newcomer', 'doctor')
  expect(out).toContain('Nothing is wrong.')
  expect(code).toBe(0)
})

test('a file with tokens that others can open is found, with the command that mends it', async () => {
  await login('careless', 'ada', env.passwords.ada)
  const path = credentialsPath({ XDG_CONFIG_HOME: join(directory, 'careless') })
  await chmod(path, 0o644)
  const { code, findings } = await doctor('careless')
  expect(code).toBe(1)
  expect(findings).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      code: 'FILE_EXPOSED',
      remedy: expect.stringContaining(`chmod 600 ${path}`),
    }),
  )
  await chmod(path, 0o600)
  expect(codes((await doctor('careless')).findings)).not.toContain('FILE_EXPOSED')
})

test('a tenant learns of this machine only; an operator also what is wrong with the cloud', async () => {
  await login('ada', 'ada', env.passwords.ada)
  const tenant = await doctor('ada')
  expect(codes(tenant.findings)).toEqual(['CLOUD_NOT_EXAMINED'])
  expect(tenant.code).toBe(0)

  await login('operator', 'admin', env.passwords.operator)
  const [host] = env.hosts
  host?.faults.disconnect()
  const found = await until('the host is missed', async () => {
    const { code, examined, findings } = await doctor('operator')
    const down = findings.find((finding) => finding.code === 'HOST_DOWN')
    return down ? { code, examined, down } : null
  })
  expect(found.down).toMatchObject({
    severity: 'error',
    resource: env.hostIds[0],
    message: expect.stringContaining('host1'),
  })
  expect(found.examined).toEqual(expect.arrayContaining(['Node.js', 'the cloud', 'database', 'hosts', 'fabrics']))
  expect(found.code).toBe(1)
  const { out } = await basalt('operator', 'doctor')
  expect(out).toMatch(
    /error HOST_DOWN\n {2}The host "host1" has been down[^\n]*\n {2}What it means: [^\n]+\n {2}What to do: /,
  )
  host?.faults.reconnect()
  await until('the host is back', async () => !codes((await doctor('operator')).findings).includes('HOST_DOWN'))
})

test('a cloud that does not answer, or is not trusted, is told apart', async () => {
  const unreachable = { url: `https://127.0.0.1:${await freePort()}`, token: 'x' }
  const untrusted = { url: env.controlPlane().apiUrl, token: 'x' }
  for (const [who, profile, code] of [
    ['lonely', unreachable, 'CLOUD_UNREACHABLE'],
    ['wary', untrusted, 'CLOUD_UNTRUSTED'],
  ] as const) {
    const path = configPath({ XDG_CONFIG_HOME: join(directory, who) })
    await mkdir(join(directory, who, 'basalt'), { recursive: true })
    await writeFile(path, JSON.stringify({ current: 'default', profiles: { default: profile } }), { mode: 0o600 })
    const { findings, ...ended } = await doctor(who)
    expect(codes(findings)).toEqual([code, 'CLOUD_NOT_EXAMINED'])
    expect(ended.code).toBe(1)
  }
})

test('on a node of the control plane: exposed and missing files, ports that nobody serves', async () => {
  const dataDir = join(directory, 'data')
  await mkdir(dataDir, { mode: 0o755 })
  await openAuthority({ directory: join(dataDir, 'authority') })
  const settings = join(directory, 'control-plane.json')
  const api = { port: Number(new URL(env.controlPlane().apiUrl).port) }
  await writeFile(settings, JSON.stringify({ dataDir, api, agents: { port: await freePort() } }))
  const { code, findings } = await doctor('newcomer', '--control-plane', settings)
  expect(code).toBe(1)
  const about = findings
    .filter(({ code: each }) => !OTHERS.has(each))
    .map(({ code: each, message }) => `${each} ${message}`)
  expect(about).toEqual([
    expect.stringMatching(/^FILE_EXPOSED .*data \(data of the control plane\)/),
    expect.stringMatching(/^FILE_MISSING .*master\.key/),
    expect.stringMatching(/^PORT_SILENT .*port for agents/),
  ])
  await writeFile(settings, '{ broken')
  expect(codes((await doctor('newcomer', '--control-plane', settings)).findings)).toEqual(['SETTINGS_INVALID'])
})

test('on a host: daemons that do not answer, a certificate that ends, a control plane out of reach', async () => {
  const stateDir = join(directory, 'state')
  const settings = join(directory, 'host-agent.json')
  const nowhere = join(directory, 'nowhere.sock')
  const config = {
    ...{ stateDir, libvirtSocket: nowhere, openVswitchSocket: nowhere, virtualization: 'tcg' },
    controlPlaneUrls: [`https://127.0.0.1:${await freePort()}`],
  }
  await writeFile(settings, JSON.stringify(config))
  await mkdir(stateDir, { mode: 0o711 })
  const examine = async (): Promise<string[]> => codes((await doctor('newcomer', '--host', settings)).findings)
  expect(await examine()).toEqual([
    'DAEMON_SILENT',
    'DAEMON_SILENT',
    'HOST_NOT_REGISTERED',
    'CONTROL_PLANE_UNREACHABLE',
  ])

  const authority = await openAuthority({ directory: join(directory, 'authority') })
  const { keyPem, csrPem } = await createSigningRequest()
  const issued = await authority.issueHostCertificate({ csrPem, hostId: 'host-1', validForMs: 3 * 86_400_000 })
  await saveIdentity(stateDir, { keyPem, certificatePem: issued.certificatePem, caPem: authority.certificatePem })
  expect(await examine()).toEqual(['DAEMON_SILENT', 'DAEMON_SILENT', 'CONTROL_PLANE_UNREACHABLE', 'CERTIFICATE_ENDS'])
})

test('an option that is not known is a mistake of usage', async () => {
  expect(await basalt('newcomer', 'doctor', '--nonsense')).toMatchObject({
    code: 2,
    out: expect.stringContaining('--help'),
  })
})
