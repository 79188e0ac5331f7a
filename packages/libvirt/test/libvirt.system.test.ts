import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '@basalt/testkit/wait'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  connectLibvirt,
  type DomainEventName,
  type DomainEvents,
  type DomainRef,
  isLibvirtError,
  type LibvirtClient,
  parseDomainDevices,
} from '../src/index.ts'
import { GREETING, guestXml, writeGuestDisk } from './guest.ts'
import { libvirtdMissing, startLibvirtd, type TestLibvirtd } from './libvirtd.ts'

const missing = await libvirtdMissing()

describe.skipIf(missing)(`against libvirtd${missing ? ` (${missing})` : ''}`, () => {
  let daemon: TestLibvirtd
  let libvirt: LibvirtClient

  beforeAll(async () => {
    daemon = await startLibvirtd()
    libvirt = await connectLibvirt({ socketPath: daemon.socketPath })
  })

  afterAll(async () => {
    libvirt?.close()
    await daemon?.stop()
  })

  const define = async (name: string): Promise<DomainRef> => {
    const disk = join(daemon.directory, `${name}.raw`)
    await writeGuestDisk(disk)
    return libvirt.domains.define(guestXml(name, disk), { validate: true })
  }

  /** Defines a domain for one test, and removes it afterwards. */
  const withDomain = async (name: string, use: (domain: DomainRef) => Promise<void>): Promise<void> => {
    const domain = await define(name)
    try {
      await use(domain)
    } finally {
      if ((await libvirt.domains.state(domain)).state !== 'shutOff') await libvirt.domains.destroy(domain)
      await libvirt.domains.undefine(domain)
    }
  }

  const record = async <K extends DomainEventName>(name: K, domain: DomainRef) => {
    const seen: DomainEvents[K][] = []
    const stop = await libvirt.subscribe(name, (event) => {
      if (event.domain.uuid === domain.uuid) seen.push(event)
    })
    return { seen, stop }
  }

  test('tells of the host', async () => {
    expect(await libvirt.host.hostname()).toBe('libvirt-test')
    expect(await libvirt.host.uri()).toBe('qemu:///system')
    expect(await libvirt.host.libvirtVersion()).toBeGreaterThanOrEqual(7_000_000)
    expect(await libvirt.host.hypervisorVersion()).toBeGreaterThan(5_000_000)
    expect(await libvirt.host.capabilities()).toContain('<arch>x86_64</arch>')
    expect(await libvirt.host.domainCapabilities({ virtType: 'qemu' })).toContain('<domain>qemu</domain>')
    const info = await libvirt.host.info()
    expect(info.model).toBe('x86_64')
    expect(info.cpus).toBeGreaterThan(0)
    expect(info.memoryBytes).toBeGreaterThan(2 ** 28)
    expect(await libvirt.host.freeMemoryBytes()).toBeGreaterThan(0)
    expect(await libvirt.host.memoryStatsKiB()).toHaveProperty('total')
    expect(await libvirt.host.cpuStatsNanoseconds()).toHaveProperty('idle')
  })

  test('a domain lives: define, start, suspend, resume, destroy, undefine, with events of each', async () => {
    const domain = await define('life')
    const { seen, stop } = await record('lifecycle', domain)
    expect(await libvirt.domains.lookupByName('life')).toEqual(domain)
    expect(await libvirt.domains.state(domain)).toEqual({ state: 'shutOff', reason: 'unknown' })

    const started = await libvirt.domains.start(domain, { paused: true })
    expect(started.id).toBeGreaterThan(0)
    expect(await libvirt.domains.state(domain)).toEqual({ state: 'paused', reason: 'user' })
    await libvirt.domains.resume(domain)
    expect(await libvirt.domains.state(domain)).toEqual({ state: 'running', reason: 'unpaused' })
    await libvirt.domains.suspend(domain)
    await libvirt.domains.resume(domain)
    expect(await libvirt.domains.list({ active: true })).toEqual([started])
    const info = await libvirt.domains.info(domain)
    expect(info).toMatchObject({ state: 'running', vcpus: 1, memoryBytes: 32 * 2 ** 20, maxMemoryBytes: 32 * 2 ** 20 })
    await libvirt.domains.destroy(domain, { graceful: true })
    expect(await libvirt.domains.state(domain)).toEqual({ state: 'shutOff', reason: 'destroyed' })
    await libvirt.domains.undefine(domain)
    expect(await libvirt.domains.list()).toEqual([])

    await until('the last event', () => seen.some(({ event }) => event === 'undefined'))
    stop()
    // Whether QEMU still says `shutdown` when it is ended depends on who is faster.
    const steps = seen.filter(({ event }) => event !== 'shutdown')
    expect(steps.map(({ event, detail }) => `${event} ${detail}`)).toEqual([
      ...['started booted', 'suspended paused', 'resumed unpaused', 'suspended paused', 'resumed unpaused'],
      ...['stopped destroyed', 'undefined removed'],
    ])
  })

  test('a guest shuts down when its power button is pressed, and restarts on reset', async () => {
    await withDomain('power', async (domain) => {
      const lifecycle = await record('lifecycle', domain)
      const reboots = await record('reboot', domain)
      await libvirt.domains.start(domain)
      const screen = await openConsole(domain)
      await screen.expect(GREETING)
      await libvirt.domains.reset(domain)
      await until('the reboot event', () => reboots.seen.length > 0)
      await screen.expect(GREETING + GREETING)
      await libvirt.domains.shutdown(domain, { via: 'acpi' })
      await until('the guest to stop', () => lifecycle.seen.some(({ event }) => event === 'stopped'))
      expect(lifecycle.seen.at(-1)).toMatchObject({ event: 'stopped', detail: 'shutdown' })
      expect(await libvirt.domains.state(domain)).toEqual({ state: 'shutOff', reason: 'shutdown' })
      await until('the console to close', () => screen.stream.closed)
    })
  })

  /** Opens a console and keeps what it says. It fails when the guest stops or somebody else takes it: fine here. */
  const openConsole = async (domain: DomainRef, options?: { force: boolean }, client = libvirt) => {
    const stream = await client.openConsole(domain, options)
    let text = ''
    stream.on('data', (data: Buffer) => {
      text += data.toString('latin1')
    })
    stream.on('error', () => undefined)
    return {
      stream,
      expect: (wanted: string) => until(`${JSON.stringify(wanted)} on the console`, () => text.includes(wanted)),
    }
  }

  test('the console carries bytes both ways, one user at a time', async () => {
    await withDomain('console', async (domain) => {
      await libvirt.domains.start(domain)
      const first = await openConsole(domain)
      await first.expect(GREETING)
      first.stream.write('hello, guest')
      await first.expect('hello, guest')
      await expect(openConsole(domain)).rejects.toMatchObject({ code: 'LIBVIRT_OPERATION_FAILED' })
      const second = await openConsole(domain, { force: true })
      second.stream.write('my turn')
      await second.expect('my turn')
      await until('the first user to be sent away', () => first.stream.closed)
      second.stream.end()
      await until('the stream to finish', () => second.stream.closed)
      expect(second.stream.errored).toBeNull()
      const third = await openConsole(domain)
      third.stream.destroy()
      await until('the stream to be aborted', () => third.stream.closed)
      expect((await libvirt.domains.state(domain)).state).toBe('running')
    })
  })

  test('devices are plugged in and out of a running guest', async () => {
    await withDomain('hotplug', async (domain) => {
      const mouse = "<input type='mouse' bus='usb'><alias name='ua-mouse'/></input>"
      const added = await record('deviceAdded', domain)
      const removed = await record('deviceRemoved', domain)
      await libvirt.domains.start(domain)
      await libvirt.devices.attach(domain, mouse, { scope: 'live' })
      await until('the device', () => added.seen.some(({ deviceAlias }) => deviceAlias === 'ua-mouse'))
      expect(await libvirt.domains.xml(domain)).toContain('ua-mouse')
      expect(await libvirt.domains.xml(domain, { inactive: true })).not.toContain('ua-mouse')
      await libvirt.devices.detachByAlias(domain, 'ua-mouse', { scope: 'live' })
      await until('its end', () => removed.seen.some(({ deviceAlias }) => deviceAlias === 'ua-mouse'))
      await libvirt.devices.attach(domain, mouse)
      await libvirt.devices.detach(domain, mouse)
      await expect(libvirt.devices.detach(domain, mouse)).rejects.toSatisfy((error) =>
        isLibvirtError(error, 'LIBVIRT_DEVICE_MISSING', 'LIBVIRT_OPERATION_FAILED'),
      )
      const vnc = "<graphics type='vnc' autoport='yes' listen='127.0.0.1' passwd='secret12'/>"
      await libvirt.devices.update(domain, vnc)
      expect(await libvirt.domains.xml(domain)).not.toContain('secret12')
      expect(await libvirt.domains.xml(domain, { secure: true })).toContain('secret12')
    })
  })

  test('statistics of all running domains come in one call', async () => {
    await withDomain('stats', async (domain) => {
      await libvirt.domains.start(domain)
      const [stats] = await libvirt.stats.all({ active: true, groups: ['state', 'cpu', 'block'] })
      expect(stats?.domain.uuid).toBe(domain.uuid)
      expect(stats?.values).toMatchObject({ 'state.state': 1, 'block.count': 1, 'block.0.name': 'hda' })
      expect(stats?.values['cpu.time']).toBeGreaterThan(0)
      expect(stats?.values).not.toHaveProperty('balloon.current')
      const one = await libvirt.stats.all({ domains: [domain] })
      expect(one[0]?.values).toHaveProperty('balloon.maximum')
      expect(one[0]?.values).toHaveProperty(['vcpu.current'], 1)
    })
  })

  test('what the driver has to find in the XML of a running domain is found', async () => {
    await withDomain('xml', async (domain) => {
      await libvirt.domains.start(domain)
      const devices = parseDomainDevices(await libvirt.domains.xml(domain))
      expect(devices).toMatchObject({ name: 'xml', uuid: domain.uuid, agentConnected: false })
      expect(devices.serialPorts).toMatchObject([{ type: 'pty', alias: 'serial0' }])
      expect(devices.serialPorts[0]?.path).toMatch(/^\/dev\/pts\/\d+$/)
      expect(devices.graphics).toMatchObject([{ type: 'vnc', listen: '127.0.0.1' }])
      expect(devices.graphics[0]?.port).toBeGreaterThanOrEqual(5900)
      expect(devices.disks).toMatchObject([{ type: 'file', device: 'disk', target: 'hda' }])
    })
  })

  test('an overlay on a running disk is committed again, and a backup is pushed', async () => {
    await withDomain('blocks', async (domain) => {
      const jobs = await record('blockJob', domain)
      const { seen } = jobs
      await libvirt.domains.start(domain)
      const [base, overlay] = ['blocks.raw', 'blocks.overlay'].map((file) => join(daemon.directory, file))
      await libvirt.blockJobs.snapshotDisks(
        domain,
        `<domainsnapshot><disks><disk name='hda'><source file='${overlay}'/></disk></disks></domainsnapshot>`,
      )
      const source = async () => parseDomainDevices(await libvirt.domains.xml(domain)).disks[0]?.source
      expect(await source()).toBe(overlay)
      await libvirt.blockJobs.commit(domain, 'hda', { shallow: true, active: true })
      await until('the commit to be ready', () => seen.some(({ status }) => status === 'ready'))
      expect(await libvirt.blockJobs.info(domain, 'hda')).toMatchObject({ type: 'activeCommit' })
      await libvirt.blockJobs.end(domain, 'hda', { pivot: true })
      expect(await source()).toBe(base)
      expect(await libvirt.blockJobs.info(domain, 'hda')).toBeUndefined()

      const copy = join(daemon.directory, 'blocks.backup')
      await libvirt.blockJobs.beginBackup(
        domain,
        `<domainbackup><disks><disk name='hda' type='file'><driver type='raw'/><target file='${copy}'/></disk></disks></domainbackup>`,
      )
      const backup = () => seen.find(({ type }) => type === 'backup')
      await until('the backup', () => backup() !== undefined)
      expect(backup()).toMatchObject({ target: 'hda', status: 'completed' })
      await until('the job to end', async () => (await libvirt.migration.job(domain)).type === 'none')
      expect(await libvirt.migration.job(domain, { completed: true })).toMatchObject({ type: 'completed' })
      expect((await readFile(copy)).equals(await readFile(join(daemon.directory, 'blocks.raw')))).toBe(true)
    })
  })

  test('a guest migrates live to another libvirtd and goes on', async () => {
    const other = await startLibvirtd('libvirt-other')
    const there = await connectLibvirt({ socketPath: other.socketPath })
    try {
      const domain = await define('mover')
      const lifecycle = await record('lifecycle', domain)
      await libvirt.domains.start(domain)
      await (await openConsole(domain)).expect(GREETING)
      await libvirt.migration.migrate(domain, {
        destinationUri: `qemu+unix:///system?socket=${other.socketPath}`,
        memoryUri: `unix://${join(daemon.directory, 'migration')}`,
        ...{ live: true, persistDestination: true, undefineSource: true, unsafe: true },
      })
      await expect(libvirt.domains.state(domain)).rejects.toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' })
      expect(await there.domains.state(domain)).toEqual({ state: 'running', reason: 'migrated' })
      await until('the event', () => lifecycle.seen.some(({ event }) => event === 'stopped'))
      expect(lifecycle.seen).toContainEqual(expect.objectContaining({ event: 'stopped', detail: 'migrated' }))
      const console = await openConsole(domain, { force: true }, there)
      console.stream.write('still here')
      await console.expect('still here')
    } finally {
      there.close()
      await other.stop()
    }
  })

  test('settings of a domain are kept', async () => {
    await withDomain('settings', async (domain) => {
      await libvirt.domains.setAutostart(domain, true)
      expect(await libvirt.domains.autostart(domain)).toBe(true)
      await libvirt.metadata.setTitle(domain, 'A title')
      expect(await libvirt.metadata.title(domain)).toBe('A title')
      const uri = 'https://example.org/ns'
      await libvirt.metadata.setElement(domain, { uri, key: 'x', xml: "<owner id='7'/>" })
      expect(await libvirt.metadata.element(domain, uri)).toBe('<owner id="7"/>')
      await libvirt.metadata.setElement(domain, { uri, key: 'x', xml: undefined })
      await expect(libvirt.metadata.element(domain, uri)).rejects.toMatchObject({ code: 'LIBVIRT_NO_DOMAIN_METADATA' })
      await libvirt.devices.setMemory(domain, 48 * 2 ** 20, { scope: 'config', maximum: true })
      await libvirt.devices.setVcpus(domain, 2, { scope: 'config', maximum: true })
      expect(await libvirt.domains.info(domain)).toMatchObject({ maxMemoryBytes: 48 * 2 ** 20 })
    })
  })

  test('errors of libvirt come with their codes', async () => {
    const nobody = { name: 'nobody', uuid: '00000000-0000-4000-8000-000000000000', id: -1 }
    await expect(libvirt.domains.lookupByName('nobody')).rejects.toMatchObject({
      code: 'LIBVIRT_NO_DOMAIN',
      errorNumber: 42,
      domain: 'QEMU',
      message: expect.stringContaining("no domain with matching name 'nobody'"),
    })
    await expect(libvirt.domains.lookupByUuid(nobody.uuid)).rejects.toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' })
    await expect(libvirt.domains.start(nobody)).rejects.toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' })
    await expect(libvirt.domains.define('<domain>')).rejects.toMatchObject({ code: 'LIBVIRT_XML_DETAIL' })
    await withDomain('errors', async (domain) => {
      await expect(libvirt.domains.suspend(domain)).rejects.toMatchObject({ code: 'LIBVIRT_OPERATION_INVALID' })
      await libvirt.domains.start(domain)
      await expect(libvirt.domains.start(domain)).rejects.toMatchObject({ code: 'LIBVIRT_OPERATION_INVALID' })
      const ping = libvirt.guest.agentCommand(domain, { execute: 'guest-ping' }, { agentTimeoutSeconds: 1 })
      await expect(ping).rejects.toMatchObject({ code: 'LIBVIRT_AGENT_UNRESPONSIVE' })
      await expect(libvirt.guest.addresses(domain, 'agent')).rejects.toMatchObject({
        code: 'LIBVIRT_AGENT_UNRESPONSIVE',
      })
      expect(await libvirt.guest.addresses(domain, 'lease')).toEqual([])
    })
  })

  test('libvirtd is killed and comes back: the client reconnects, and events flow again', async () => {
    await withDomain('survivor', async (domain) => {
      const lifecycle = await record('lifecycle', domain)
      await libvirt.domains.start(domain)
      const screen = await openConsole(domain)
      await screen.expect(GREETING)

      const disconnected = once(libvirt.connection, 'disconnected')
      const reconnected = once(libvirt.connection, 'reconnected')
      await daemon.kill()
      expect(await disconnected).toMatchObject([{ code: 'LIBVIRT_DISCONNECTED' }])
      await until('the console to close', () => screen.stream.closed)
      expect(screen.stream.errored).toMatchObject({ code: 'LIBVIRT_DISCONNECTED' })
      const waiting = libvirt.domains.state(domain)
      await expect(libvirt.host.hostname({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'LIBVIRT_CALL_TIMEOUT' })

      await daemon.start()
      await reconnected
      expect(await waiting).toMatchObject({ state: 'running' })
      const before = lifecycle.seen.length
      await libvirt.domains.suspend(domain)
      await until('an event', () => lifecycle.seen.length > before)
      expect(lifecycle.seen.at(-1)).toMatchObject({ event: 'suspended', detail: 'paused' })
    })
  })
})
