import { writeFile } from 'node:fs/promises'

/** What the guest writes to its serial port when it has booted. */
export const GREETING = 'guest ready\r\n'

/**
 * A whole guest in one boot sector: greets on COM1, echoes what it gets there, and switches itself off when the ACPI
 * power button is pressed. Between interrupts the CPU sleeps. Real-mode 8086 code; I/O ports of QEMU's machine `pc`.
 */
const CODE: (number | { label: string } | { jump: string } | { call: string } | { text: string })[] = [
  ...[0x31, 0xc0, 0x8e, 0xd8], //                xor ax, ax; mov ds, ax
  ...[0xba, 0x02, 0x06, 0xb8, 0x00, 0x01, 0xef], // enable the power button: out 0x602, 0x100
  ...[0xbe, { text: 'greeting' }], //             mov si, greeting
  { label: 'greet' },
  ...[0xac, 0x84, 0xc0], //                       lodsb; test al, al
  ...[0x74, { jump: 'loop' }], //                 jz loop
  ...[0xe8, { call: 'write' }], //                call write
  ...[0xeb, { jump: 'greet' }],
  { label: 'loop' },
  ...[0xba, 0x00, 0x06, 0xed, 0xf6, 0xc4, 0x01], // in ax, 0x600; test ah, 1: has the button been pressed?
  ...[0x75, { jump: 'off' }],
  ...[0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01], //     in al, 0x3fd; test al, 1: is there a byte to read?
  ...[0x75, { jump: 'echo' }],
  ...[0xfb, 0xf4], //                             sti; hlt: until the next tick of the clock
  ...[0xeb, { jump: 'loop' }],
  { label: 'echo' },
  ...[0xba, 0xf8, 0x03, 0xec], //                 in al, 0x3f8
  ...[0xe8, { call: 'write' }],
  ...[0xeb, { jump: 'loop' }],
  { label: 'off' },
  ...[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef], // power off: out 0x604, 0x2000
  0xf4,
  ...[0xeb, { jump: 'off' }],
  { label: 'write' },
  ...[0x50, 0xba, 0xfd, 0x03], //                 push ax; mov dx, 0x3fd
  { label: 'wait' },
  ...[0xec, 0xa8, 0x20], //                       in al, dx; test al, 0x20: can it take a byte?
  ...[0x74, { jump: 'wait' }],
  ...[0x58, 0xba, 0xf8, 0x03, 0xee, 0xc3], //     pop ax; out 0x3f8, al; ret
  { label: 'greeting' },
  ...Buffer.from(`${GREETING}\0`),
]

const LOAD_ADDRESS = 0x7c00
const SECTOR_BYTES = 512

/** Writes the guest's disk: 1 MiB, of which the first sector counts. */
export async function writeGuestDisk(path: string): Promise<void> {
  const disk = Buffer.alloc(1024 * 1024)
  disk.set(assemble(), 0)
  disk.writeUInt16LE(0xaa55, SECTOR_BYTES - 2)
  await writeFile(path, disk)
}

/** XML of a domain that runs the guest from `diskPath`. */
export function guestXml(name: string, diskPath: string): string {
  return `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>32</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/><source file='${diskPath}'/><target dev='hda' bus='ide'/>
    </disk>
    <controller type='usb' model='piix3-uhci'/>
    <serial type='pty'><target port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <graphics type='vnc' autoport='yes' listen='127.0.0.1' passwd='initial1'/>
    <video><model type='vga'/></video>
    <memballoon model='none'/>
  </devices>
</domain>`
}

function assemble(): Buffer {
  const labels = new Map<string, number>()
  let length = 0
  for (const item of CODE) {
    if (typeof item === 'object' && 'label' in item) labels.set(item.label, length)
    else length += sizeOf(item)
  }
  const addressOf = (name: string): number => {
    const address = labels.get(name)
    if (address === undefined) throw new Error(`No label ${name}`)
    return address
  }
  const code = Buffer.alloc(length)
  let at = 0
  for (const item of CODE) {
    const next = at + sizeOf(item)
    if (typeof item === 'number') code.writeUInt8(item, at)
    else if ('jump' in item) code.writeInt8(addressOf(item.jump) - next, at)
    else if ('call' in item) code.writeInt16LE(addressOf(item.call) - next, at)
    else if ('text' in item) code.writeUInt16LE(LOAD_ADDRESS + addressOf(item.text), at)
    at = next
  }
  return code
}

function sizeOf(item: (typeof CODE)[number]): number {
  if (typeof item === 'number' || 'jump' in item) return 1
  return 'label' in item ? 0 : 2
}
