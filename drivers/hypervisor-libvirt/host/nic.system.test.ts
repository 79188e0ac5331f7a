import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { HypervisorDriver } from '@basalt/contracts'
import { checkRequirements, createLab, type Lab, type LabHost } from '@basalt/lab'
import { hostCall } from '@basalt/testkit/contracts'
import { until } from '@basalt/testkit/wait'
import { buildTinyImage } from '@basalt/tiny-image'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLibvirtDriver } from './driver.ts'

const run = promisify(execFile)
const vm = '11111111-0000-4000-8000-000000000001'
const volume = '22222222-0000-4000-8000-000000000001'
const nic = '33333333-0000-4000-8000-000000000001'
const mac = '52:54:00:00:00:01'
const call = hostCall()
const requirements = checkRequirements()
const missing = requirements.ok ? undefined : `needs ${requirements.remedy}`

describe.skipIf(missing)(`a guest on OVN${missing ? ` (${missing})` : ''}`, () => {
  let directory: string
  let lab: Lab
  let host: LabHost
  let driver: HypervisorDriver

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nic-'))
    lab = createLab({ name: 'nic', stateDir: directory, hosts: 1, external: false })
    await lab.up()
    host = lab.host('host1')
    const image = await buildTinyImage({ cacheDir: join(directory, 'image'), output: join(directory, 'tiny.qcow2') })
    const disk = join(host.paths.data, 'root.qcow2')
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', image.path, disk])
    driver = await createLibvirtDriver({
      ...{
        socketPath: host.paths.libvirtSocket,
        daemonRoot: host.paths.root,
        stateDir: join(host.paths.data, 'state'),
      },
      ...{ virtualization: 'tcg', bridge: 'br-int', datapath: async () => 'userspace' },
      storage: { locate: async () => ({ type: 'file', format: 'qcow2', path: disk }) },
    })
  }, 180_000)

  afterAll(async () => {
    await driver?.close()
    await lab?.down()
    await rm(directory, { recursive: true, force: true })
  }, 60_000)

  test('[vm.lifecycle] its NIC is the OVN port of the same name: it gets its address, MTU and name from there', async () => {
    const nb = (...args: string[]) => run('ovn-nbctl', ['--wait=hv', `--db=${lab.central.nbEndpoint}`, ...args])
    await nb('ls-add', 'net')
    await nb('lsp-add', 'net', nic, '--', 'lsp-set-addresses', nic, `${mac} 10.0.1.21`)
    const { stdout } = await nb('create', 'DHCP_Options', 'cidr=10.0.1.0/24')
    const options = ['server_id=10.0.1.1', 'server_mac=02:00:00:00:00:01', 'lease_time=3600', 'mtu=1400']
    await nb('dhcp-options-set-options', stdout.trim(), ...options)
    await nb('lsp-set-dhcpv4-options', nic, stdout.trim())

    const disks = [{ volume, layer: volume, index: 0, pool: { pool: volume, kind: 'local', path: '/' } as const }]
    const guest = { vm, title: 'web', hostname: 'web', vcpus: 1, memoryBytes: 128 * 2 ** 20, disks }
    await driver.commands.start({ domain: { ...guest, nics: [{ nic, mac, mtu: 1400 }] } }, call)
    const printed = async () => (await driver.commands.consoleLog({ vm, maxBytes: 1e6 }, call)).text
    await until('the lease', async () => /BASALT lease eth0 10\.0\.1\.21\/24 .*mtu=1400/.test(await printed()), 90_000)
    const reported = () =>
      driver.commands.guestAddresses({ vm }, call).then(
        ({ interfaces }) => interfaces,
        () => [],
      )
    await until(
      'the agent',
      async () => (await reported()).some(({ addresses }) => addresses.includes('10.0.1.21')),
      60_000,
    )
    expect((await reported()).map((each) => each.mac)).toEqual([mac])
    await driver.commands.remove({ vm }, call)
    const left = await host.exec('ovs-vsctl', [
      '--bare',
      '--columns=name',
      'find',
      'Interface',
      `external_ids:iface-id=${nic}`,
    ])
    expect(left.stdout.trim()).toBe('')
  }, 180_000)
})
