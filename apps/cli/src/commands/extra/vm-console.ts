/** `basalt vm console`: the serial line in this terminal, or the address of the screen. */
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Context } from '../../context.ts'
import { createReferences } from '../../input/references.ts'
import type { Terminal } from '../../terminal.ts'
import { addGlobalOptions } from '../common.ts'
import type { ExtraCommand } from './index.ts'

/** Ctrl-], as telnet and virsh have it. */
const LEAVE = 0x1d

/** Both directions until either side ends or Ctrl-] is typed. The terminal is as before afterwards. */
async function attach(line: Duplex, { in: input, out }: Terminal): Promise<void> {
  const wasRaw = input.isRaw
  const closed = once(line, 'close')
  const typed = (chunk: Buffer): void => {
    const at = chunk.indexOf(LEAVE)
    if (at !== 0) line.write(at < 0 ? chunk : chunk.subarray(0, at))
    if (at >= 0) line.end(() => line.destroy())
  }
  const ended = (): void => void line.end()
  line.on('data', (chunk: Buffer) => out.write(chunk))
  if (input.isTTY) input.setRawMode(true)
  input.on('data', typed).once('end', ended).resume()
  try {
    await closed
  } finally {
    input.off('data', typed).off('end', ended).pause()
    if (input.isTTY) input.setRawMode(wasRaw)
  }
}

async function serial(context: Context, vm: string, name: string): Promise<void> {
  const cloud = await context.cloud()
  const line = await cloud.consoles.open(vm, 'serial')
  context.terminal.note(`Connected to the serial line of ${name}. Ctrl-] leaves.`)
  await attach(line, context.terminal)
  context.terminal.note('\nLeft the console.')
}

async function screen(context: Context, vm: string): Promise<void> {
  const cloud = await context.cloud()
  const { path, expiresAt } = await cloud.consoles.ticket(vm, 'vnc')
  const url = new URL(path, cloud.http.url)
  url.protocol = 'wss:'
  context.terminal.note(`A WebSocket that carries RFB, for one connection until ${expiresAt}:`)
  context.terminal.print(url.href)
}

export const vmConsole: ExtraCommand = {
  name: 'console',
  add(parent, context, kind) {
    const command = parent
      .command('console')
      .description('Use the serial console of a running VM in this terminal; Ctrl-] leaves.')
      .argument('<vm>', 'Name or id.')
      .option('--serial', 'The serial line, in this terminal (default).')
      .option('--vnc', 'Print the one-time address of the screen instead, for a VNC client that speaks WebSocket.')
      .action(async (word: string, { vnc }: { vnc?: boolean }) => {
        const cloud = await context.cloud()
        const row = await createReferences(cloud, context.catalogue).row(kind, word)
        await (vnc ? screen(context, row.id) : serial(context, row.id, String(row.name)))
      })
    addGlobalOptions(command)
  },
}
