/**
 * OVN as it grows, on real hosts of a lab: the time of one change until the hosts have it, by our driver until its port is up, beside
 * `ovn-nbctl --wait=hv`. What it grows by is plain OVN: switches behind routers, ports, and rules of port groups.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NetworkDriver, NetworkSpec } from '@basalt/contracts'
import { createLab, type Lab, type LabHost, plugNamespaceVm } from '@basalt/lab'
import { createOvnNetworkDriver } from '@basalt/network-ovn/control'
import type { Bench, Report } from '../harness/bench.ts'
import { withCleanUp } from '../harness/clean-up.ts'
import { parameter, rounds } from '../harness/parameters.ts'

const ports = parameter('BENCH_OVN_PORTS', 50, 'ports at once; then ten and a hundred times as many')

const FACTORS = [1, 10, 100]
const PORTS_PER_SWITCH = 50
const RULES_PER_SWITCH = 5
const FENCE = { node: 'bench', epoch: 1 }
const UP_MS = 120_000
const HV_SECONDS = 120
/** OVN's command line takes so many commands at a time. */
const COMMANDS = 200

const SPEC: NetworkSpec = {
  network: randomUUID(),
  title: 'bench',
  cidr: '10.200.0.0/16',
  gateway: '10.200.0.1',
  dnsServers: [],
  mtu: 1400,
  tunnelKey: 16_000_000,
  serverMac: '02:00:00:00:00:01',
  leaseSeconds: 3600,
}

async function nbctl(
  lab: Lab,
  commands: readonly (readonly string[])[],
  options: readonly string[] = [],
): Promise<void> {
  for (let at = 0; at < commands.length; at += COMMANDS) {
    const words = commands.slice(at, at + COMMANDS).flatMap((command) => ['--', ...command])
    await lab.central.exec('ovn-nbctl', [...options, ...words], { timeoutMs: (HV_SECONDS + 30) * 1000 })
  }
}

const macOf = (number: number): string =>
  `02:01:${[24, 16, 8, 0].map((shift) => ((number >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`

/** Switches number `from` to `to`, each with its router, its rules and its ports. */
async function grow(lab: Lab, [from, to]: readonly [number, number]): Promise<void> {
  for (let each = from; each < to; each++) {
    const [name, router, group] = [`grown-${each}`, `router-${each}`, `group_${each}`]
    const subnet = `10.${Math.floor(each / 256)}.${each % 256}`
    const own = Array.from({ length: PORTS_PER_SWITCH }, (_, index) => `${name}-${index}`)
    const plug = own.flatMap((port, index) => [
      ['lsp-add', name, port],
      ['lsp-set-addresses', port, `${macOf(each * 1000 + index)} ${subnet}.${index + 10}`],
    ])
    const rules = Array.from({ length: RULES_PER_SWITCH }, (_, rule) => [
      ...['acl-add', group, 'to-lport', String(1000 + rule)],
      ...[`outport == @${group} && ip4 && tcp.dst == ${1000 + rule}`, 'allow-related'],
    ])
    await nbctl(lab, [
      ['ls-add', name],
      ['lr-add', router],
      ['lrp-add', router, `${router}-port`, macOf(each * 1000 + 999), `${subnet}.1/24`],
      ...[
        ['lsp-add', name, `${name}-router`],
        ['lsp-set-type', `${name}-router`, 'router'],
      ],
      ...[
        ['lsp-set-addresses', `${name}-router`, 'router'],
        ['lsp-set-options', `${name}-router`, `router-port=${router}-port`],
      ],
      ...plug,
      ['pg-add', group, ...own],
      ...rules,
    ])
  }
  await nbctl(lab, [['sync']], ['--wait=hv', `--timeout=${HV_SECONDS}`])
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

interface Place {
  host: LabHost
  chassis: string
}

async function placeOf(host: LabHost): Promise<Place> {
  const { stdout } = await host.exec('ovs-vsctl', ['get', 'Open_vSwitch', '.', 'external_ids:system-id'])
  return { host, chassis: stdout.trim().replaceAll('"', '') }
}

/** A port of ours, whose interface is plugged already, until its host has it; then it goes again. */
async function ours(driver: NetworkDriver, { host, chassis }: Place, number: number): Promise<number> {
  const port = randomUUID()
  const mac = macOf(0x7f000000 + number)
  const guest = await plugNamespaceVm(host, { name: `b${number}`, logicalPort: port, mac })
  const address = `10.200.${Math.floor(number / 200) + 1}.${(number % 200) + 10}`
  const spec = { port, network: SPEC.network, mac, address, hostname: 'bench', tunnelKey: number + 1, chassis }
  try {
    return await timed(async () => {
      await driver.ensurePort(spec, FENCE)
      await driver.waitPortUp(port, UP_MS)
    })
  } finally {
    await driver.removePort(port, FENCE)
    await guest.unplug()
  }
}

async function byHand(lab: Lab, number: number): Promise<number> {
  const name = `by-hand-${number}`
  const add = [
    ['lsp-add', 'by-hand', name],
    ['lsp-set-addresses', name, `${macOf(0x70000000 + number)} 10.201.0.${number % 200}`],
  ]
  const ms = await timed(() => nbctl(lab, add, ['--wait=hv', `--timeout=${HV_SECONDS}`]))
  await nbctl(lab, [['lsp-del', name]], ['--wait=hv', `--timeout=${HV_SECONDS}`])
  return ms
}

async function measure(lab: Lab, driver: NetworkDriver, report: Report): Promise<void> {
  const place = await placeOf(lab.hosts[0] as LabHost)
  await driver.takeLease(FENCE)
  await driver.ensureNetwork(SPEC, FENCE)
  await nbctl(lab, [['ls-add', 'by-hand']])
  let [grown, number] = [0, 0]
  for (const factor of FACTORS) {
    const wanted = Math.max(1, Math.round((ports.value * factor) / PORTS_PER_SWITCH))
    await grow(lab, [grown, wanted])
    grown = wanted
    const [mine, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds.value; round++) {
      mine.push(await ours(driver, place, number++))
      theirs.push(await byHand(lab, number++))
    }
    report.tell({
      measure: `OVN, a port until the hosts have it, at ${ports.value * factor} ports`,
      unit: 'ms',
      better: 'less',
      ours: mine,
      yardstick: theirs,
      beside: 'ovn-nbctl --wait=hv',
      reach: 'at most 1.2 times',
      keeps: (us, them) => us <= them * 1.2,
      note: `${grown} switches and routers, ${grown * RULES_PER_SWITCH} rules, ${lab.hosts.length} hosts`,
    })
  }
}

export const bench: Bench = {
  about: 'the time of one change of OVN at 1, 10 and 100 times the ports, routers and rules, on hosts of a lab',
  parameters: { ports, rounds },
  limitMinutes: 15,
  needsRoot: true,
  onDemand: true,
  keepsDownloads: true,
  async run(report) {
    const stateDir = await mkdtemp(join(tmpdir(), 'bench-ovn-'))
    const lab = createLab({ name: `bench${process.pid}`, stateDir, hosts: 2, external: false })
    const takeDown = async (): Promise<void> => {
      await lab.down()
      await rm(stateDir, { recursive: true, force: true })
    }
    await withCleanUp(takeDown, async () => {
      await lab.up()
      const driver = createOvnNetworkDriver({ nb: [lab.central.nbEndpoint], timeoutMs: 60_000 })
      await measure(lab, driver, report).finally(() => driver.close())
    })
  },
}
