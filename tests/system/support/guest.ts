/** What happens inside a guest of the tiny image: commands through its agent, the shell and the marks of its serial console. */
import type { LabHost } from '@basalt/lab'
import { waitUntil } from '@basalt/quickstart'
import type { Cloud } from '@basalt/sdk'

export interface GuestOutput {
  code: number
  stdout: string
}

/** A guest's serial console while it is open. */
export interface SerialConsole {
  /** Everything that came since it was opened. */
  text(): string
  type(text: string): void
  /** Wait until the guest printed something that fits. */
  printed(pattern: RegExp, timeoutMs?: number): Promise<void>
  close(): void
}

export interface Guest {
  readonly host: LabHost
  /** Run a shell command in the guest and wait for its end. */
  run(command: string): Promise<GuestOutput>
  /** The line `BASALT <mark> ...` that the guest printed in this boot. */
  mark(mark: string, timeoutMs?: number): Promise<string>
  /** Whether an address answers one of three pings from in here; a tunnel's first packet may be lost. */
  pings(address: string): Promise<boolean>
  /** What a web server answers; empty when it cannot be reached. */
  httpGet(address: string): Promise<string>
  openSerial(): Promise<SerialConsole>
}

const BOOT_MS = 120_000
const COMMAND_MS = 60_000

interface AgentAnswer {
  return: { pid: number; exited: boolean; exitcode: number; 'out-data'?: string }
}

export function createGuest({ vm, host, cloud }: { vm: string; host: LabHost; cloud: Cloud }): Guest {
  /** https://www.qemu.org/docs/master/interop/qemu-ga-ref.html */
  async function agent(execute: string, args: object): Promise<AgentAnswer['return']> {
    const command = JSON.stringify({ execute, arguments: args })
    const { stdout } = await host.exec('virsh', ['-c', 'qemu:///system', 'qemu-agent-command', vm, command])
    return (JSON.parse(stdout) as AgentAnswer).return
  }

  async function run(command: string): Promise<GuestOutput> {
    const start = { path: '/bin/sh', arg: ['-c', command], 'capture-output': true }
    const { pid } = await waitUntil('the guest agent answered', BOOT_MS, () => agent('guest-exec', start))
    const ended = await waitUntil(`the guest ran ${command}`, COMMAND_MS, async () => {
      const status = await agent('guest-exec-status', { pid })
      return status.exited ? status : null
    })
    return { code: ended.exitcode, stdout: Buffer.from(ended['out-data'] ?? '', 'base64').toString('utf8') }
  }

  return {
    host,
    run,
    mark: (mark, timeoutMs = BOOT_MS) =>
      waitUntil(`the guest printed "BASALT ${mark}"`, timeoutMs, async () => {
        const { text } = await cloud.http.call<{ text: string }>('GET', `/v1/vms/${vm}/console-log`)
        return new RegExp(`^BASALT ${mark}.*$`, 'm').exec(text.replaceAll('\r', ''))?.[0] ?? null
      }),
    pings: async (address) => (await run(`ping -q -c 3 -W 1 ${address}`)).code === 0,
    httpGet: async (address) =>
      (await run(`printf 'GET /cgi-bin/index.cgi HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${address} 80`)).stdout,
    async openSerial() {
      const stream = await cloud.consoles.open(vm, 'serial')
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8').replaceAll('\r', '')
      })
      // The console ends with its guest.
      stream.on('error', () => undefined)
      return {
        text: () => text,
        type: (typed) => {
          stream.write(typed)
        },
        async printed(pattern, timeoutMs = BOOT_MS) {
          await waitUntil(`the console said ${pattern}`, timeoutMs, async () => pattern.test(text) || null)
        },
        close: () => stream.destroy(),
      }
    },
  }
}
