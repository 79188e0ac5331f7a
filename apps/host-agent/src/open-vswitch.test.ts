import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { output } from './command.ts'
import { readSwitchFacts, removeStalePorts } from './open-vswitch.ts'

const SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema'
const missing = await access(SCHEMA).then(
  () => false,
  () => true,
)

describe.skipIf(missing)(`facts of Open vSwitch${missing ? ' (needs openvswitch-switch)' : ''}`, () => {
  let directory: string
  let server: ChildProcess
  const socket = () => join(directory, 'db.sock')
  const vsctl = (...args: string[]) => output('ovs-vsctl', [`--db=unix:${socket()}`, '--retry', '--no-wait', ...args])

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ovs-'))
    const database = join(directory, 'conf.db')
    await output('ovsdb-tool', ['create', database, SCHEMA])
    server = spawn('ovsdb-server', [database, `--remote=punix:${socket()}`, '--unixctl=none', '--no-chdir'], {
      stdio: 'ignore',
      env: { ...process.env, OVS_RUNDIR: directory },
    })
    await vsctl('init')
  })
  afterAll(async () => {
    const ended = once(server, 'exit')
    server.kill()
    await ended
    await rm(directory, { recursive: true, force: true })
  })

  test('chassis, tunnel address and datapath come from its database', async () => {
    expect(await readSwitchFacts(socket(), 'br-int')).toEqual({ datapath: 'kernel' })
    const ids = { 'system-id': 'host-1', 'ovn-encap-ip': '192.0.2.7', 'ovn-bridge-datapath-type': 'netdev' }
    const settings = Object.entries(ids).map(([key, value]) => `external_ids:${key}="${value}"`)
    await vsctl('set', 'Open_vSwitch', '.', ...settings, 'ovs_version=3.1.0')
    expect(await readSwitchFacts(socket(), 'br-int')).toEqual({
      ...{ version: '3.1.0', chassis: 'host-1', tunnelAddress: '192.0.2.7', datapath: 'userspace' },
    })
    await vsctl('add-br', 'br-int', '--', 'set', 'Bridge', 'br-int', 'datapath_type=system')
    expect(await readSwitchFacts(socket(), 'br-int')).toMatchObject({ datapath: 'kernel' })
  })

  test('[host.lifecycle] ports of guests that are gone with the power are removed, others stay', async () => {
    const addPort = (name: string, ...ids: string[]) =>
      vsctl('add-port', 'br-int', name, '--', 'set', 'Interface', name, ...ids.map((id) => `external_ids:${id}`))
    await addPort('gone-guest', 'iface-id=p1', 'vm-id=v1')
    await addPort('lo', 'iface-id=p2', 'vm-id=v2')
    await addPort('gone-other', 'iface-id=p3')
    expect(await removeStalePorts(socket(), 'br-int')).toEqual(['gone-guest'])
    expect((await vsctl('list-ports', 'br-int')).trim().split('\n')).toEqual(['gone-other', 'lo'])
    expect(await removeStalePorts(socket(), 'br-int')).toEqual([])
  })

  test('without a switch it says so', async () => {
    const absent = readSwitchFacts(join(directory, 'nothing.sock'), 'br-int')
    await expect(absent).rejects.toMatchObject({ code: 'OPEN_VSWITCH_UNAVAILABLE' })
  })
})
