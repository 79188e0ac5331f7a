import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { AgentError } from './errors.ts'

const absolutePath = z.string().regex(/^\/[^\0]*$/, 'must be an absolute path')

const schema = z.strictObject({
  /** Base URLs of the control plane's nodes, tried in turn. */
  controlPlaneUrls: z.array(z.url({ protocol: /^https$/ })).min(1),
  /** Identity, ledger, seeds and console logs. */
  stateDir: absolutePath.default('/var/lib/basalt-host-agent'),
  /** `auto` boots a probe guest with KVM and takes emulation when that fails. */
  virtualization: z.enum(['auto', 'kvm', 'tcg']).default('auto'),
  libvirtSocket: absolutePath.default('/run/libvirt/libvirt-sock'),
  openVswitchSocket: absolutePath.default('/run/openvswitch/db.sock'),
  /** The host's name on the control plane; by default its host name. */
  name: z.string().min(1).max(253).optional(),
  /** Name of the OVN chassis; by default what Open vSwitch says. */
  chassis: z.string().min(1).max(253).optional(),
  /** The bridge that OVN integrates. */
  bridge: z.string().min(1).max(15).default('br-int'),
  /** Guests that may boot at a time; by default one for each core. */
  maxConcurrentBoots: z.int().min(1).max(1024).optional(),
  /** QEMU binary; libvirt chooses when absent. */
  emulator: absolutePath.optional(),
  /** Where traces of commands go by OTLP/HTTP; OTEL_EXPORTER_OTLP_ENDPOINT unless given. */
  tracesEndpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Where libvirtd's root directory is found; differs from `/` only when it has a mount namespace of its own. */
  libvirtRoot: absolutePath.default('/'),
})

/** The agent's settings, from its JSON file, with defaults filled in. */
export type AgentConfig = Omit<z.infer<typeof schema>, 'name'> & { name: string }

/** Checks settings and fills in defaults. @throws AgentError CONFIG_INVALID, naming the fields at fault */
export function parseConfig(settings: unknown): AgentConfig {
  const parsed = schema.safeParse(settings)
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error))
  return { ...parsed.data, name: parsed.data.name ?? hostname() }
}

/** Reads the settings file. @throws AgentError CONFIG_INVALID */
export async function readConfig(path: string): Promise<AgentConfig> {
  let settings: unknown
  try {
    settings = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw invalid(`${path} cannot be read as JSON: ${(cause as Error).message}`, cause)
  }
  return parseConfig(settings)
}

function invalid(what: string, cause?: unknown): AgentError {
  return new AgentError('CONFIG_INVALID', `The settings are not valid. ${what}`, 'Correct the settings file.', {
    cause,
  })
}
