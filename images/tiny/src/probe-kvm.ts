import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { buildTinyImageParts, type TinyImageParts } from './build.ts'
import { TinyImageError } from './errors.ts'
import type { AptSource } from './packages.ts'
import { missingTool } from './tools.ts'

/** What `probeKvm` takes. */
export interface ProbeKvmOptions extends AptSource {
  /** Directory kept between calls for kernel and initrd; may be the `cacheDir` of `buildTinyImage`. */
  workDir: string
  /** The device of the accelerator. */
  device?: string
  /** The CPU model guests will get, in QEMU's terms; by default the host's own. */
  cpuModel?: string
  /** How long a guest may take to its first line; the build of the image is not counted. */
  deadlineMs?: number
}

/** Whether guests run under KVM here; `reason` is a sentence for people in either case. */
export interface KvmVerdict {
  usable: boolean
  reason: string
}

const machine = ['-M', 'q35', '-accel', 'kvm', '-m', '192', '-nodefaults', '-no-user-config']
const plainSerial = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot']
const sign = 'BASALT boot'

/** Opens the device as QEMU will; undefined when that works. */
async function deviceProblem(device: string): Promise<string | undefined> {
  try {
    await (await open(device, 'r+')).close()
    return undefined
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      return `There is no ${device}: enable virtualization in the firmware and load kvm_intel or kvm_amd.`
    return `${device} cannot be opened (${code}): let this user into the group kvm, or run as root.`
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** Resolves with what the guest did first: spoke, ended with QEMU, or let the deadline pass. */
function watch(child: ChildProcess, deadlineMs: number): Promise<KvmVerdict> {
  return new Promise((resolve, reject) => {
    let said = ''
    let complaint = ''
    const deadline = setTimeout(() => {
      const reason = `A guest under KVM said nothing useful within ${deadlineMs / 1000} s: KVM is present but does not run guests here.`
      resolve({ usable: false, reason })
    }, deadlineMs)
    child.stdout?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-65_536)
      if (said.includes(sign)) resolve({ usable: true, reason: 'A guest booted under KVM.' })
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(-800)
    })
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(cause.code === 'ENOENT' ? missingTool('qemu-system-x86_64', cause) : cause)
    })
    child.once('close', () => {
      resolve({
        usable: false,
        reason: `QEMU ended before the guest booted under KVM: ${complaint.trim() || 'no message'}`,
      })
    })
    child.once('close', () => clearTimeout(deadline))
  })
}

async function boot(parts: TinyImageParts, cpuModel: string, deadlineMs: number): Promise<KvmVerdict> {
  const payload = ['-kernel', parts.kernelPath, '-initrd', parts.initrdPath, '-append', 'console=ttyS0 quiet']
  const child = spawn('qemu-system-x86_64', [...machine, '-cpu', cpuModel, ...plainSerial, ...payload], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    return await watch(child, deadlineMs)
  } finally {
    await end(child)
  }
}

/**
 * Says whether KVM really runs guests, by booting one: a device that opens is no proof, since nested virtualization
 * can offer it and still hang every guest.
 * @throws TinyImageError as `buildTinyImage`, and TOOL_MISSING without QEMU
 */
export async function probeKvm(options: ProbeKvmOptions): Promise<KvmVerdict> {
  const problem = await deviceProblem(options.device ?? '/dev/kvm')
  if (problem) return { usable: false, reason: problem }
  if (process.arch !== 'x64') {
    const remedy = 'Choose the virtualization type by hand.'
    throw new TinyImageError('ARCHITECTURE_UNSUPPORTED', `KVM is probed on amd64 only, not ${process.arch}.`, remedy)
  }
  const parts = await buildTinyImageParts({ cacheDir: options.workDir, aptConfig: options.aptConfig })
  return boot(parts, options.cpuModel ?? 'host', options.deadlineMs ?? 10_000)
}
