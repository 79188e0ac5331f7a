import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  checkRequirements,
  createLab,
  isAlive,
  type Lab,
  LabError,
  type LabOptions,
  type NamespaceVm,
  PHYSICAL_NETWORK,
  type Progress,
  plugNamespaceVm,
  runLabCommand,
  waitFor,
} from './src/index.ts'

const requirements = checkRequirements()
const reason = requirements.ok ? '' : ` (skipped: ${[...requirements.problems, requirements.remedy].join(' ')})`

/** On the lab's own address, so it meets nobody else's. */
const CONTROL_PLANE_PORT = 18_443

/** A domain with nothing to boot from: enough to have a QEMU. */
const PROBE_DOMAIN = `<domain type='qemu'><name>probe</name><memory unit='MiB'>32</memory>
<os><type arch='x86_64'>hvm</type></os><devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>`

/** Prints how long a stage took: figures to look at, not to assert. */
async function timed<T>(stage: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now()
  const result = await work()
  process.stdout.write(`  lab: ${stage} ${Date.now() - start} ms\n`)
  return result
}

async function chassis(lab: Lab): Promise<string[]> {
  const { stdout } = await lab.central.exec('ovn-sbctl', ['--bare', '--columns=name', 'list', 'Chassis'])
  return stdout.split('\n').filter(Boolean).sort()
}

/** A logical switch with DHCP and two ports. */
async function makeNetwork(lab: Lab): Promise<void> {
  const nbctl = (...args: string[]) => lab.central.exec('ovn-nbctl', args)
  const { stdout } = await nbctl(
    ...['create', 'DHCP_Options', 'cidr=10.0.1.0/24'],
    'options={lease_time="3600",router="10.0.1.1",server_id="10.0.1.1",server_mac="02:00:00:00:01:01",mtu="1400"}',
  )
  await nbctl('ls-add', 'net')
  for (const number of [11, 12]) {
    const port = `port-${number}`
    await nbctl('lsp-add', 'net', port)
    await nbctl('lsp-set-addresses', port, `02:00:00:00:00:${number} 10.0.1.${number}`)
    await nbctl('lsp-set-dhcpv4-options', port, stdout.trim())
  }
}

/** A router between the logical switch and the external network, its gateway on h1. */
async function makeRouter(lab: Lab): Promise<void> {
  const nbctl = (...args: string[]) => lab.central.exec('ovn-nbctl', args)
  await nbctl('lr-add', 'router')
  for (const [name, network, mac, address] of [
    ['inside', 'net', '02:00:00:00:01:01', '10.0.1.1/24'],
    ['outside', 'provider', '02:00:00:00:ff:01', '203.0.113.1/24'],
  ] as const) {
    await nbctl('--may-exist', 'ls-add', network)
    await nbctl('lrp-add', 'router', name, mac, address)
    await nbctl('lsp-add', network, `to-${name}`)
    await nbctl('lsp-set-type', `to-${name}`, 'router')
    await nbctl('lsp-set-addresses', `to-${name}`, 'router')
    await nbctl('lsp-set-options', `to-${name}`, `router-port=${name}`)
  }
  await nbctl('lsp-add', 'provider', 'wire')
  await nbctl('lsp-set-type', 'wire', 'localnet')
  await nbctl('lsp-set-addresses', 'wire', 'unknown')
  await nbctl('lsp-set-options', 'wire', `network_name=${PHYSICAL_NETWORK}`)
  await nbctl('lrp-set-gateway-chassis', 'outside', 'h1', '10')
  await nbctl('lr-nat-add', 'router', 'snat', '203.0.113.1', '10.0.1.0/24')
}

describe.skipIf(!requirements.ok)(`the lab${reason}`, () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'lab-'))
  const lab = createLab({ name: 'a', stateDir, hosts: [{ name: 'h1' }, { name: 'h2', chassisId: 'chassis-2' }] })
  const vms: NamespaceVm[] = []
  const vm = (position: number) => {
    const found = vms[position]
    if (!found) throw new Error('An earlier test did not make the VM.')
    return found
  }

  beforeAll(async () => {
    await timed('up', () => lab.up())
  }, 120_000)

  afterAll(async () => {
    await lab.down()
    rmSync(stateDir, { recursive: true, force: true })
  }, 60_000)

  test('every host registers as a chassis, by the id given or its name', async () => {
    await waitFor('both chassis', 20_000, async () => (await chassis(lab)).length === 2)
    expect(await chassis(lab)).toEqual(['chassis-2', 'h1'])
  })

  test('every host has a libvirt of its own, reachable from the root namespace by its socket', () => {
    const uuids = lab.hosts.map((host) => {
      const uri = `qemu:///system?socket=${host.paths.libvirtSocket}`
      const xml = execFileSync('virsh', ['-q', '-c', uri, 'capabilities'], { encoding: 'utf8' })
      return /<uuid>(.+)<\/uuid>/.exec(xml)?.[1]
    })
    expect(new Set(uuids).size).toBe(2)
    expect(uuids).not.toContain(undefined)
  })

  test('the northbound database answers in the root namespace, and on no network', async () => {
    execFileSync('ovn-nbctl', [`--db=${lab.central.nbEndpoint}`, 'get-connection'])
    const { stdout } = await lab.central.exec('ovn-nbctl', ['get-connection'])
    expect(stdout.trim()).toBe('')
  })

  test('a host reaches the control plane on the management network', async () => {
    const server = await listen(lab.managementAddress)
    try {
      const url = `http://${lab.managementAddress}:${CONTROL_PLANE_PORT}/`
      const script = `fetch(${JSON.stringify(url)}).then((r) => r.text()).then((t) => process.stdout.write(t))`
      const { stdout } = await lab.host('h1').exec(process.execPath, ['-e', script])
      expect(stdout).toBe(`hello ${lab.host('h1').managementAddress}`)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('VMs on different hosts lease addresses and reach each other through the overlay', async () => {
    await makeNetwork(lab)
    for (const [position, host] of lab.hosts.entries()) {
      const number = 11 + position
      const spec = { name: `t${number}`, logicalPort: `port-${number}`, mac: `02:00:00:00:00:${number}` }
      const plugged = await timed(`VM on ${host.name}`, () => plugNamespaceVm(host, spec))
      expect(await timed('lease', () => plugged.requestLease())).toBe(`10.0.1.${number}`)
      vms.push(plugged)
    }
    await waitFor('the overlay', 20_000, () => vm(0).pings('10.0.1.12'))
    expect(await vm(1).pings('10.0.1.11')).toBe(true)
  })

  test('the external network is not reachable from a network without a router', async () => {
    expect(await vm(0).pings(lab.external.address)).toBe(false)
    const { stdout } = await lab.external.exec('ip', ['-brief', 'address', 'show', 'dev', 'external'])
    expect(stdout).toContain('203.0.113.254/24')
  })

  test('behind a router with a gateway chassis it is', async () => {
    await makeRouter(lab)
    await waitFor('the way out', 20_000, () => vm(0).pings(lab.external.address))
    expect(await vm(1).pings(lab.external.address)).toBe(true)
  })

  test('a cut link silences a host until it is restored', async () => {
    await lab.host('h2').cutLink('underlay')
    await waitFor('silence', 20_000, async () => !(await vm(0).pings('10.0.1.12')))
    expect(lab.status().hosts[1]?.cutLinks).toEqual(['underlay'])
    await lab.host('h2').restoreLink('underlay')
    await waitFor('the overlay again', 20_000, () => vm(0).pings('10.0.1.12'))
  })

  test('up on a running lab changes nothing', async () => {
    const before = lab.status()
    const again = createLab({ name: 'a', stateDir, hosts: [] })
    await timed('up again', () => again.up())
    expect(again.status()).toEqual(before)
    expect(before.state).toBe('up')
  })

  test('the command line finds the same lab, and hands on exit codes', async () => {
    const place = ['--name', 'a', '--state-dir', stateDir]
    expect(await runLabCommand([...place, 'status'])).toBe(0)
    expect(await runLabCommand([...place, 'exec', 'h1', 'sh', '-c', 'test "$(hostname)" = h1 && exit 7'])).toBe(7)
    expect(await runLabCommand([...place, 'exec', 'central', 'ovn-nbctl', '--columns=name', 'list', 'NB_Global'])).toBe(
      0,
    )
    expect(await runLabCommand([...place, 'kill', 'h9'])).toBe(1)
  })

  test('up mends a daemon that died', async () => {
    const host = lab.host('h1')
    const { stdout } = await host.exec('cat', ['/run/ovn/ovn-controller.pid'])
    process.kill(Number(stdout), 'SIGKILL')
    await waitFor('the loss to show', 5_000, () => lab.status().state === 'degraded')
    await lab.up()
    expect(lab.status().state).toBe('up')
  })

  test('a domain runs in the groups of its host, survives its libvirtd and dies with the power', async () => {
    const host = lab.host('h2')
    const virsh = (...args: string[]) => host.exec('virsh', ['-q', '-c', 'qemu:///system', ...args])
    const definition = join(host.paths.data, 'probe.xml')
    writeFileSync(definition, PROBE_DOMAIN)
    await timed('start of a domain', () => virsh('create', definition))
    const pidOf = (file: string) => Number(readFileSync(join(host.paths.run, file), 'utf8'))
    const domain = pidOf('libvirt/qemu/probe.pid')
    expect(readFileSync(`/proc/${domain}/cgroup`, 'utf8')).toMatch(/\/basalt-lab-[0-9a-f]+\/h2\/machine\//)

    process.kill(pidOf('libvirtd.pid'), 'SIGKILL')
    await waitFor('libvirtd to be gone', 5_000, () => lab.status().state === 'degraded')
    await lab.up()
    expect((await virsh('domstate', 'probe')).stdout.trim()).toBe('running')
    // libvirtd answers while it still reconnects to what it found running.
    const tune = () => virsh('schedinfo', 'probe', '--live', '--set', 'cpu_shares=256')
    await waitFor('libvirtd to know the groups again', 20_000, () => succeeds(tune))

    await host.kill()
    expect(namespaceOf(String(domain))).toBeUndefined()
    await host.revive()
    expect((await virsh('list', '--all', '--name')).stdout.trim()).toBe('')
  })

  test('a killed host is dead, a revived one is back with its services', async () => {
    const host = lab.host('h2')
    const service = await host.service('agent', 'sleep', ['1000'], { env: { TOKEN: 'x' } })
    const network = (await host.exec('readlink', ['/proc/self/ns/net'])).stdout.trim()
    expect(pidsIn(network).length).toBeGreaterThanOrEqual(6)
    await timed('kill', () => host.kill())
    expect(isAlive(service)).toBe(false)
    expect(host.isRunning()).toBe(false)
    expect(pidsIn(network)).toEqual([])

    await lab.central.exec('ovn-sbctl', ['chassis-del', 'chassis-2'])
    await timed('revive', () => host.revive())
    await waitFor('the chassis to come back', 20_000, async () => (await chassis(lab)).includes('chassis-2'))
    expect(lab.status().hosts[1]?.processes.agent).toBe('running')
    await host.stopService('agent')
    expect(lab.status().hosts[1]?.processes.agent).toBeUndefined()
  })

  test('a host is added to a running lab', async () => {
    const host = await timed('add a host', () => lab.addHost({ name: 'h3' }))
    await waitFor('its chassis', 20_000, async () => (await chassis(lab)).includes('h3'))
    expect(host.underlayAddress).toMatch(/^10\.99\.\d+\.3$/)
    await host.setChassisId('chassis-3')
    await waitFor('its new id', 20_000, async () => (await chassis(lab)).join() === 'chassis-2,chassis-3,h1')
    expect(host.chassisId).toBe('chassis-3')
  })

  test('a second lab stands beside the first', async () => {
    const other = createLab({ name: 'b', stateDir, hosts: 1, external: false })
    const steps: Progress[] = []
    try {
      await timed('a second lab', () => other.up({ onProgress: (step) => steps.push(step) }))
      expect(steps.map(({ step }) => step)).toContain('host host1')
      expect(other.managementAddress).not.toBe(lab.managementAddress)
      await waitFor('its chassis', 20_000, async () => (await chassis(other)).length === 1)
    } finally {
      await other.down()
    }
    expect(await other.leftovers()).toEqual([])
    expect(lab.status().state).toBe('up')
  })

  test('an up that dies half-way is finished by the next, and labs that start at once do not meet', async () => {
    const options = { name: 'c', stateDir, hosts: 1 }
    const broken = createLab(options)
    const other = createLab({ name: 'd', stateDir, hosts: 1 })
    try {
      await diesHalfWay(options)
      expect(broken.status().state).toBe('degraded')
      await timed('two labs at once, one of them half there', () => Promise.all([broken.up(), other.up()]))
      expect([broken.status().state, other.status().state]).toEqual(['up', 'up'])
      expect(broken.managementAddress).not.toBe(other.managementAddress)
      await waitFor('a chassis', 20_000, async () => (await chassis(broken)).length === 1)
      await diesHalfWay({ ...options, hosts: 2 })
    } finally {
      await Promise.all([broken.down(), other.down()])
    }
    expect([...(await broken.leftovers()), ...(await other.leftovers())]).toEqual([])
  })

  test('down leaves nothing, whatever runs on the hosts', async () => {
    const host = lab.host('h1')
    const network = (await host.exec('readlink', ['/proc/self/ns/net'])).stdout.trim()
    await host.exec('sh', ['-c', 'setsid sleep 1000 >/dev/null 2>&1 &'])
    await host.exec('ip', ['netns', 'exec', 't11', 'sh', '-c', 'setsid sleep 1001 >/dev/null 2>&1 &'])
    const own = (await vm(0).exec('readlink', ['/proc/self/ns/net'])).stdout.trim()
    expect(pidsIn(own)).toHaveLength(1)
    await timed('down', () => lab.down())
    expect([...pidsIn(network), ...pidsIn(own)]).toEqual([])
    expect(await lab.leftovers()).toEqual([])
    expect(lab.status().state).toBe('down')
    await timed('down again', () => lab.down())
  })
})

function listen(address: string): Promise<Server> {
  const server = createServer((request, response) => response.end(`hello ${request.socket.remoteAddress}`))
  return new Promise((resolve) => server.listen({ host: address, port: CONTROL_PLANE_PORT }, () => resolve(server)))
}

async function succeeds(command: () => Promise<unknown>): Promise<boolean> {
  try {
    await command()
    return true
  } catch (error) {
    if (error instanceof LabError && error.code === 'LAB_COMMAND_FAILED') return false
    throw error
  }
}

/** Brings a lab up in another process, which SIGKILLs itself at the first step that starts with the switch in place. */
async function diesHalfWay(options: LabOptions): Promise<void> {
  const script = `
    import { createLab } from ${JSON.stringify(new URL('./src/index.ts', import.meta.url).href)}
    await createLab(${JSON.stringify(options)}).up({ onProgress: () => process.kill(process.pid, 'SIGKILL') })`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: 'inherit' })
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}

/** The pids in a network namespace, zombies (which have none) left out. */
function pidsIn(networkNamespace: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && namespaceOf(name) === networkNamespace)
    .map(Number)
}

function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    // It ended while we looked.
    return undefined
  }
}
