import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { qcow2Fixture } from '../../testkit/src/contracts/qcow2-fixture.ts'

const execute = promisify(execFile)
const here = import.meta.dirname
const PYTHON = 'python3'

let env: CloudEnvironment
let directory: string
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  directory = await mkdtemp(join(tmpdir(), 'sdk-python-'))
})
afterAll(async () => {
  await env.close()
  await rm(directory, { recursive: true, force: true })
})

/** Runs scenario.py and answers with what each step told. */
async function scenario(): Promise<Record<string, Record<string, unknown>>> {
  const file = join(directory, 'image.qcow2')
  const ca = join(directory, 'authority.pem')
  await writeFile(file, qcow2Fixture().bytes)
  await writeFile(ca, env.controlPlane().caPem)
  const { apiUrl } = env.controlPlane()
  const facts = { ...env.furniture, url: apiUrl, password: env.passwords.ada, ca, file }
  const options = {
    env: { ...process.env, PYTHONPATH: join(here, '..'), PYTHONDONTWRITEBYTECODE: '1' },
    timeout: 120_000,
  }
  const { stdout } = await execute(PYTHON, [join(here, 'scenario.py'), JSON.stringify(facts)], options)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { step: string })
  return Object.fromEntries(lines.map(({ step, ...told }) => [step, told]))
}

test('[api.sdk] [iam.accesskey] [core.bulk] [core.csv] the Python SDK logs in, signs, waits, pages, follows events, uploads, and tells failures apart', async () => {
  expect(await scenario()).toEqual({
    me: { username: 'ada' },
    create: { same: true, before: 0, state: 'running', last: 'succeeded' },
    pages: { page: 2, more: true, names: ['b', 'c', 'web'] },
    update: { description: 'first' },
    stale: { type: 'ApiProblem', code: 'CHANGED_MEANWHILE', fields: [], remedy: true },
    invalid: { type: 'ApiProblem', code: 'INVALID_INPUT', fields: ['cidr'], remedy: true },
    unknown: { type: 'ApiProblem', code: 'NOT_FOUND', fields: [], remedy: true },
    parameter: { type: 'BasaltError', code: 'BAD_OPTIONS', fields: [], remedy: true },
    failure: { type: 'TaskFailed', code: 'NO_FREE_ADDRESS', fields: [], remedy: true },
    timeout: { type: 'TimedOut', code: 'DEADLINE_EXCEEDED', fields: [], remedy: true },
    stop: { state: 'stopped' },
    upload: { state: 'ready' },
    bulk: { statuses: [200, 200, 404], accepted: 2 },
    csv: {
      saved: "name,description\r\nmany-1,'=many\r\nmany-2,'=many\r\n",
      template: 'name,description',
      rehearsed: 1,
      copied: ['=many', '=many'],
      made: 2,
    },
    events: { seen: ['created', 'updated'] },
    signed: { key: true, found: 1, description: 'signed: äöü & more?', image: 'ready', hidden: true },
    forged: { type: 'ApiProblem', code: 'SIGNATURE_INVALID', fields: [], remedy: true },
    disabled: { type: 'ApiProblem', code: 'SIGNATURE_INVALID', fields: [], remedy: true },
    renewed: { username: 'ada' },
    logout: { type: 'ApiProblem', code: 'UNAUTHENTICATED', fields: [], remedy: true },
    untrusted: { type: 'ConnectionFailed', code: 'CERTIFICATE_UNTRUSTED', fields: [], remedy: true },
  })
}, 180_000)

test('[api.sdk] the Python SDK is typed throughout', async () => {
  const cache = join(directory, 'mypy')
  const args = ['--strict', '--cache-dir', cache, 'basalt_cloud', 'test/scenario.py']
  const { stdout } = await execute('mypy', args, { cwd: join(here, '..'), timeout: 120_000 })
  expect(stdout).toMatch(/^Success/)
}, 120_000)
