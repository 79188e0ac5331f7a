import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@basalt/testkit/ports'

/** Calls `look` until it returns something, or fails after `deadlineMs` with `what` and the latest error. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>, deadlineMs = 60_000): Promise<T> {
  const end = Date.now() + deadlineMs
  for (let latest: unknown; ; ) {
    try {
      const found = await look()
      if (found !== undefined) return found
    } catch (error) {
      latest = error
    }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`, { cause: latest })
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Sends JSON lines to a unix socket (QMP, guest agent) and returns the first answer that `accept` takes. */
export function ask(path: string, requests: object[], accept: (answer: Record<string, unknown>) => boolean) {
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    let text = ''
    const socket = createConnection(path, () => {
      for (const request of requests) socket.write(`${JSON.stringify(request)}\n`)
    })
    socket.setTimeout(5_000, () => socket.destroy(new Error(`no answer on ${path}`)))
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`${path} closed`)))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const lines = text.split('\n')
      text = lines.pop() ?? ''
      const answer = lines
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
        .find(accept)
      if (!answer) return
      resolve(answer)
      socket.destroy()
    })
  })
}

/** A guest of plain QEMU without acceleration. */
export interface Guest {
  httpPort: number
  agentSocket: string
  /** What the serial console said so far. */
  console(): Promise<string>
  /** Waits for a line `BASALT <mark>` and returns the rest of it. */
  mark(mark: string): Promise<string>
  qmp(command: string, args?: object): Promise<void>
  /** Resolves with QEMU's exit code. */
  ended: Promise<number | null>
  kill(): Promise<void>
}

/** Boots `disk` (changes are thrown away) with `seed` as second disk; files and sockets go to `directory`. */
export async function bootGuest(directory: string, disk: string, seed?: string): Promise<Guest> {
  const httpPort = await freePort()
  const [serial, qmpSocket, agentSocket] = ['serial.log', 'qmp', 'agent'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  const drive = (id: string, path: string, rest: string) => [
    '-drive',
    `if=none,id=${id},file=${path},${rest}`,
    '-device',
    `virtio-blk-pci,drive=${id}`,
  ]
  const child: ChildProcess = spawn(
    'qemu-system-x86_64',
    [
      ...['-M', 'q35', '-accel', 'tcg', '-cpu', 'Nehalem', '-m', '112', '-display', 'none', '-nodefaults'],
      ...['-serial', `file:${serial}`, '-qmp', `unix:${qmpSocket},server=on,wait=off`],
      ...drive('root', disk, 'format=qcow2,snapshot=on'),
      ...(seed ? drive('seed', seed, 'format=raw,readonly=on') : []),
      ...[
        '-netdev',
        `user,id=net,hostname=from-dhcp,hostfwd=tcp:127.0.0.1:${httpPort}-:80`,
        '-device',
        'virtio-net-pci,netdev=net',
      ],
      ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=agent,path=${agentSocket},server=on,wait=off`],
      ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
      ...['-device', 'pcie-root-port,id=spare', '-netdev', 'user,id=second'],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TMPDIR: directory } },
  )
  const ended = once(child, 'exit').then(() => child.exitCode)
  const console = async () => (await readFile(serial, 'latin1').catch(() => '')).replaceAll('\r', '')
  return {
    httpPort,
    agentSocket,
    console,
    mark: (mark) =>
      eventually(`BASALT ${mark}`, async () => new RegExp(`^BASALT ${mark}(.*)$`, 'm').exec(await console())?.[1]),
    qmp: async (command, args) => {
      const requests = [{ execute: 'qmp_capabilities' }, { execute: command, arguments: args, id: 'mine' }]
      const answer = await ask(qmpSocket, requests, (candidate) => candidate.id === 'mine')
      if ('error' in answer) throw new Error(JSON.stringify(answer.error))
    },
    ended,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
