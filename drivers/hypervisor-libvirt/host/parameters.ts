import type { DomainSpec } from '@basalt/contracts'
import { HypervisorError } from './errors.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/

/** Ids become names of files and domains, so nothing but a lower-case UUID passes. @throws HypervisorError INVALID_PARAMETERS */
export function checkId(id: string): string {
  if (typeof id === 'string' && UUID.test(id)) return id
  throw invalid(`${JSON.stringify(id)} is not a UUID in lower case`)
}

/** Checks what libvirt would not, or would refuse less clearly. @throws HypervisorError INVALID_PARAMETERS */
export function checkSpec(spec: DomainSpec): DomainSpec {
  checkId(spec.vm)
  checkWholeNumber('vcpus', spec.vcpus, 1, 1024)
  checkWholeNumber('memoryBytes', spec.memoryBytes, 1024 * 1024, Number.MAX_SAFE_INTEGER)
  for (const disk of spec.disks) {
    checkId(disk.volume)
    checkWholeNumber('disk index', disk.index, 0, 1024)
  }
  if (new Set(spec.disks.map(({ index }) => index)).size < spec.disks.length) throw invalid('two disks have one index')
  for (const { nic, mac, mtu } of spec.nics) {
    checkId(nic)
    if (!MAC.test(mac)) throw invalid(`${JSON.stringify(mac)} is not a MAC address in lower case`)
    checkWholeNumber('mtu', mtu, 68, 65_535)
  }
  return spec
}

function checkWholeNumber(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw invalid(`${name} is ${value}; it must be a whole number from ${least} to ${most}`)
}

function invalid(what: string): HypervisorError {
  return new HypervisorError('INVALID_PARAMETERS', `The command is not valid: ${what}.`, 'Correct the request.')
}
