import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, bootGuest, eventually, type Guest } from './guest.testkit.ts'
import { buildSeed, buildTinyImage, probeKvm, type TinyImage } from './index.ts'

/** Packages of another release than this machine's, by an apt.conf(5); see the README. */
const aptConfig = process.env.TINY_IMAGE_APT_CONFIG
let directory: string
let image: TinyImage
let guest: Guest | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tiny-'))
  image = await buildTinyImage({ aptConfig, cacheDir: join(directory, 'cache'), output: join(directory, 'tiny.qcow2') })
}, 300_000)

afterAll(async () => {
  await guest?.kill()
  await rm(directory, { recursive: true, force: true })
})

async function agentAnswers(command: string, args?: object): Promise<unknown> {
  const socket = guest?.agentSocket ?? ''
  // The agent drops what a former client left half-read; the id tells our answer from others.
  const requests = [{ execute: command, arguments: args, id: command }]
  const answer = await ask(socket, requests, (candidate) => candidate.id === command)
  return answer.return
}

test('a second build finds the first one by the content of its inputs', async () => {
  const steps: string[] = []
  const options = {
    aptConfig,
    cacheDir: join(directory, 'cache'),
    onProgress: (message: string) => steps.push(message),
  }
  const again = await buildTinyImage({ ...options, output: join(directory, 'again.qcow2') })
  expect(again).toEqual({ ...image, path: join(directory, 'again.qcow2') })
  expect(steps).toEqual([])
})

test('equal inputs give equal bytes in another cache', async () => {
  const other = await buildTinyImage({
    aptConfig,
    cacheDir: join(directory, 'other'),
    output: join(directory, 'other.qcow2'),
  })
  expect(other.sha256).toBe(image.sha256)
}, 120_000)

test('the guest boots, gets a lease, runs its user data, serves HTTP and obeys agent and power button', async () => {
  const seed = join(directory, 'seed.img')
  const userData = `#!/bin/bash\necho "made by user data" > /www/made\n${'# filler\n'.repeat(4000)}`
  await buildSeed({ hostname: 'web-1', userData, output: seed })
  guest = await bootGuest(directory, image.path, seed)

  await guest.mark('boot')
  await guest.mark('ready')
  await guest.mark('nic eth0')
  expect(await guest.mark('lease eth0')).toMatch(/^ 10\.0\.2\.15\/24 router=10\.0\.2\.2 /)
  expect(await guest.mark('userdata')).toMatch(/^ exit=0 /)

  const page = await (await fetch(`http://127.0.0.1:${guest.httpPort}/`)).json()
  expect(page).toEqual({ hostname: 'web-1', addresses: ['10.0.2.15/24'], uptimeSeconds: expect.any(Number) })
  const made = await fetch(`http://127.0.0.1:${guest.httpPort}/made`)
  expect(await made.text()).toBe('made by user data\n')

  await guest.mark('agent')
  await eventually('guest-ping', () => agentAnswers('guest-ping'))
  const interfaces = (await agentAnswers('guest-network-get-interfaces')) as Array<{ name: string }>
  expect(interfaces.map(({ name }) => name)).toEqual(['lo', 'eth0'])
  const { pid } = (await agentAnswers('guest-exec', { path: '/bin/hostname', 'capture-output': true })) as {
    pid: number
  }
  const status = await eventually('guest-exec', async () => {
    const answer = (await agentAnswers('guest-exec-status', { pid })) as { exited: boolean; 'out-data': string }
    return answer.exited ? answer : undefined
  })
  expect(Buffer.from(status['out-data'], 'base64').toString()).toBe('web-1\n')

  await guest.qmp('device_add', { driver: 'virtio-net-pci', netdev: 'second', id: 'hot', bus: 'spare' })
  await guest.mark('lease eth1')

  await guest.mark('power-button')
  await guest.qmp('system_powerdown')
  expect(await guest.ended).toBe(0)
  expect(await guest.console()).toMatch(/^BASALT poweroff reason=button/m)
}, 180_000)

test('a guest without seed takes its name from DHCP and shuts down by its agent', async () => {
  guest = await bootGuest(directory, image.path)
  expect(await guest.mark('lease eth0')).toContain('hostname=from-dhcp')
  await guest.mark('seed none')
  await eventually('guest-ping', () => agentAnswers('guest-ping'))
  await agentAnswers('guest-shutdown', { mode: 'powerdown' }).catch(() => undefined)
  expect(await guest.ended).toBe(0)
  expect(await guest.console()).toMatch(/^BASALT poweroff reason=agent/m)
}, 180_000)

test('KVM is judged by a guest that boots, not by its device', async () => {
  const absent = await probeKvm({ workDir: join(directory, 'cache'), device: join(directory, 'no-such-device') })
  expect(absent).toEqual({ usable: false, reason: expect.stringContaining('enable virtualization') })
  for (const cpuModel of ['host', 'qemu64']) {
    const { usable, reason } = await probeKvm({
      aptConfig,
      workDir: join(directory, 'cache'),
      cpuModel,
      deadlineMs: 5_000,
    })
    expect(reason).toMatch(
      usable ? /^A guest booted/ : /^(A guest under KVM|QEMU ended|There is no|.* cannot be opened)/,
    )
  }
}, 120_000)
