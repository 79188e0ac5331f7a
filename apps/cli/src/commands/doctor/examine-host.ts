/** This machine as a host, when it is one. */
import { access, constants, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '@basalt/observe/finding'
import type { Examination } from './examination.ts'
import { unusable } from './examine-control-plane.ts'
import {
  answersOnSocket,
  codeOf,
  examineCertificate,
  examinePrivate,
  examineRoom,
  hasProgram,
  missing,
  shownCertificate,
} from './probes.ts'

/** What of the agent's settings matters here. */
interface Settings {
  controlPlaneUrls?: string[]
  stateDir?: string
  libvirtSocket?: string
  openVswitchSocket?: string
  virtualization?: 'auto' | 'kvm' | 'tcg'
}

/** Program to the Debian package that brings it. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'qemu-img': 'qemu-utils',
  'ovs-vsctl': 'openvswitch-switch',
  'ovn-controller': 'ovn-host',
  virtlogd: 'libvirt-daemon',
}

async function examinePrograms(): Promise<Finding[]> {
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([program, debianPackage]): Promise<Finding[]> => {
      if (await hasProgram(program)) return []
      return [
        {
          severity: 'error',
          code: 'PROGRAM_MISSING',
          message: `The program ${program} is not installed.`,
          meaning: 'This machine cannot run guests.',
          remedy: `apt-get install ${debianPackage}`,
        },
      ]
    }),
  )
  return found.flat()
}

async function examineSocket(path: string, what: string, unit: string): Promise<Finding[]> {
  if (await answersOnSocket(path)) return []
  return [
    {
      severity: 'error',
      code: 'DAEMON_SILENT',
      message: `${what} does not answer on ${path}.`,
      meaning: 'Guests on this host can be neither started nor changed.',
      remedy: `systemctl restart ${unit}, then journalctl -u ${unit}`,
    },
  ]
}

async function examineKvm({ virtualization = 'auto' }: Settings): Promise<Finding[]> {
  if (virtualization === 'tcg') return []
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK)
    return []
  } catch (error) {
    return [
      {
        severity: virtualization === 'kvm' ? 'error' : 'note',
        code: 'NO_KVM',
        message: `/dev/kvm cannot be used (${codeOf(error)}).`,
        meaning: virtualization === 'kvm' ? 'No guest starts here.' : 'Guests are emulated, many times slower.',
        remedy: 'Enable virtualization (VT-x or AMD-V) in the firmware, then: modprobe kvm_intel, or kvm_amd.',
      },
    ]
  }
}

async function examineIdentity(stateDir: string): Promise<Finding[]> {
  const path = join(stateDir, 'identity.pem')
  const register =
    'basalt-host-agent register --token-file FILE; an operator gets one with: basalt host registration-token NAME'
  try {
    const pem = await readFile(path, 'utf8')
    const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(pem)?.[0]
    const ends = certificate
      ? examineCertificate(
          certificate,
          "This host's certificate",
          `It renews itself when the agent runs; else: ${register}`,
          7,
        )
      : []
    return [...ends, ...(await examinePrivate(path, "this host's key"))]
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return [missing(path, "this host's key", error)]
    return [
      {
        severity: 'error',
        code: 'HOST_NOT_REGISTERED',
        message: 'This host is not registered with a control plane.',
        meaning: 'Its agent does not start.',
        remedy: register,
      },
    ]
  }
}

async function examineControlPlane(text: string): Promise<Finding[]> {
  const url = new URL(text)
  try {
    await shownCertificate(url.hostname, Number(url.port || 443))
    return []
  } catch (error) {
    return [
      {
        severity: 'error',
        code: 'CONTROL_PLANE_UNREACHABLE',
        message: `The control plane at ${text} does not answer from here (${codeOf(error)}).`,
        meaning: 'This host counts as down, though its guests go on.',
        remedy: 'Check the address in controlPlaneUrls, the name service, and the firewall between the two.',
      },
    ]
  }
}

/** @param path the agent's settings file */
export async function hostExaminations(path: string): Promise<Examination[]> {
  let settings: Settings
  try {
    settings = JSON.parse(await readFile(path, 'utf8')) as Settings
  } catch (error) {
    return [{ name: 'settings of the host agent', examine: async () => [unusable(path, error)] }]
  }
  const stateDir = settings.stateDir ?? '/var/lib/basalt-host-agent'
  const libvirt = settings.libvirtSocket ?? '/run/libvirt/libvirt-sock'
  const openVswitch = settings.openVswitchSocket ?? '/run/openvswitch/db.sock'
  return [
    { name: 'programs of the host', examine: examinePrograms },
    { name: 'libvirt', examine: () => examineSocket(libvirt, 'libvirt', 'libvirtd') },
    { name: 'Open vSwitch', examine: () => examineSocket(openVswitch, 'Open vSwitch', 'openvswitch-switch') },
    { name: 'KVM', examine: () => examineKvm(settings) },
    { name: 'identity of the host', examine: () => examineIdentity(stateDir) },
    { name: 'disk of the host agent', examine: () => examineRoom(stateDir, 'state of the agent, console logs') },
    ...(settings.controlPlaneUrls ?? []).map((url) => ({
      name: `way to ${url}`,
      examine: () => examineControlPlane(url),
    })),
  ]
}
