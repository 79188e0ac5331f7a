/**
 * What a VM's start costs beyond QEMU: from the request to the API, to the guest's word that it is ready, against the same QEMU command
 * line run by hand with the same disk. What libvirt hands over as open files (monitor, serial line, network card) is named by path instead.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LabHost } from '@basalt/lab'
import { type SystemCloud, systemCloud } from '../../system/support/cloud.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { withCleanUp } from '../harness/clean-up.ts'
import { rounds } from '../harness/parameters.ts'
import { median, rounded } from '../harness/statistics.ts'

const READY = 'BASALT ready'
const LIMIT_MS = 120_000
const TAP = 'bench0'

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Not made yet.
    return ''
  }
}

/** Milliseconds until the guest says on its serial line that it is ready. */
async function untilReady(file: string, since: number): Promise<number> {
  while (performance.now() - since < LIMIT_MS) {
    if (textOf(file).includes(READY)) return performance.now() - since
    await sleep(5)
  }
  throw new Error(`the guest was not ready within ${LIMIT_MS} ms`)
}

/** The command line of a running guest, from /proc. */
function commandLineOf(vm: string): string[] {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = textOf(`/proc/${pid}/cmdline`).split('\0')
    if (words[0]?.includes('qemu-system') && words.some((word) => word.includes(`guest=${vm}`)))
      return words.slice(0, -1)
  }
  throw new Error(`the guest of ${vm} does not run`)
}

/** libvirt's command line for a hand: nothing that only libvirt has open, and no waiting for its "go". */
function byHand([program = '', ...words]: string[], serialFile: string, socketFile: string): string[] {
  const dropped = new Set(['-S'])
  const pairs: [string, string | undefined][] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string
    const next = words[index + 1]
    const hasValue = next !== undefined && !next.startsWith('-')
    pairs.push([word, hasValue ? next : undefined])
    if (hasValue) index++
  }
  const changed = pairs.flatMap(([option, value]): string[] => {
    if (dropped.has(option)) return []
    if (option === '-add-fd' || option === '-mon') return []
    if (option === '-object' && value?.includes('masterKey')) return []
    if (option === '-chardev' && value?.includes('id=charmonitor')) return []
    if (option === '-chardev' && value?.includes('id=charserial0'))
      return [option, `file,id=charserial0,path=${serialFile}`]
    if (option === '-chardev' && value?.includes('id=charchannel0'))
      return [option, `socket,id=charchannel0,path=${socketFile},server=on,wait=off`]
    if (option === '-netdev') return [option, netdevByName(value ?? '')]
    if (option === '-vnc') return ['-display', 'none']
    return value === undefined ? [option] : [option, value]
  })
  return [program, ...changed]
}

/** `tap,fd=…` or its JSON form, with the card named. */
function netdevByName(value: string): string {
  const id = /"id":"([^"]+)"/.exec(value)?.[1] ?? /id=([^,]+)/.exec(value)?.[1] ?? 'hostnet0'
  return `tap,id=${id},ifname=${TAP},script=no,downscript=no`
}

async function viaApi({ operator }: SystemCloud, vm: string, log: string): Promise<number> {
  await truncate(log)
  const began = performance.now()
  const task = operator.tasks.wait(operator.vms.start(vm))
  const readyMs = await untilReady(log, began)
  await task
  await operator.tasks.wait(operator.vms.powerOff(vm))
  return readyMs
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function raw(host: LabHost, words: readonly string[], serialFile: string): Promise<number> {
  await rm(serialFile, { force: true })
  const [program = '', ...args] = words
  const began = performance.now()
  const child = host.spawn(program, args, {})
  try {
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`QEMU ended with code ${code}`)
    })
    return await Promise.race([untilReady(serialFile, began), ended])
  } finally {
    if (child.exitCode === null) await stop(child)
  }
}

async function measure(cloud: SystemCloud, directory: string, report: Report): Promise<void> {
  const vm = await cloud.createVm(cloud.operator, { name: 'bench' })
  const host = await cloud.hostOf(vm.host as string)
  const log = join(host.paths.data, 'agent/consoles', `${vm.id}.log`)
  await untilReady(log, performance.now())
  const serialFile = join(directory, 'serial')
  const words = byHand(commandLineOf(vm.id), serialFile, join(directory, 'agent.sock'))
  await host.exec('ip', ['tuntap', 'add', 'dev', TAP, 'mode', 'tap'])
  const api: number[] = []
  const hand: number[] = []
  await cloud.operator.tasks.wait(cloud.operator.vms.powerOff(vm.id))
  // In turns, so that whatever else the machine does meets both.
  for (let run = 0; run < rounds.value; run++) {
    api.push(await viaApi(cloud, vm.id, log))
    hand.push(await raw(host, words, serialFile))
  }
  const over = median(api) - median(hand)
  const allowed = Math.max(median(hand) * 0.1, 300)
  report.tell({
    measure: 'VM start, from the request to the guest being ready',
    unit: 'ms',
    better: 'less',
    ours: api,
    yardstick: hand,
    beside: 'raw QEMU, same command line and disk',
    reach: `at most ${rounded(allowed)} ms over (10 % or 300 ms)`,
    keeps: () => over <= allowed,
    note: `it was ${rounded(over)} ms over`,
  })
}

export const bench: Bench = {
  about: 'what the start of a real VM costs beyond QEMU',
  parameters: { rounds },
  limitMinutes: 10,
  needsRoot: true,
  keepsDownloads: true,
  async run(report) {
    const cloud = await systemCloud({ hosts: 1 })
    const directory = await mkdtemp('/tmp/bench-')
    const takeDown = async (): Promise<void> => {
      await cloud.close()
      await rm(directory, { recursive: true, force: true })
    }
    await withCleanUp(takeDown, () => measure(cloud, directory, report))
  },
}
