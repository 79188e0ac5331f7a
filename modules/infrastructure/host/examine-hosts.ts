/** Looks at the hosts: who is away and since when, whose parts do not work, whose clock is wrong. */
import type { HostStatus } from '@basalt/contracts'
import { type Examiner, type Finding, type Store, spanOf } from '@basalt/kernel'
import type { HostRow } from './host.resource.ts'
import type { AgentCalls } from './hosts.ts'

const SKEW_MS = 2_000

/** What a host said last, and how far its clock was off then. */
interface Heard {
  status: HostStatus
  skewMs: number | undefined
}

type Examined = HostRow & { updatedAt: string }

const about = ({ id }: HostRow) => ({ kind: 'host', resource: id })

const isAway = (host: Examined, now: number): Finding => ({
  severity: 'error',
  code: 'HOST_DOWN',
  message: `The host "${host.name}" has been down for ${spanOf(now - Date.parse(host.updatedAt))}.`,
  meaning: 'Its VMs cannot be changed, and perhaps do not run; nothing new is placed on it.',
  remedy: `On the host: systemctl status basalt-host-agent, then its log. If the machine is lost for good: basalt host abandon ${host.id}`,
  ...about(host),
})

const clockOff = (host: Examined, skewMs: number): Finding => ({
  severity: Math.abs(skewMs) > 30_000 ? 'error' : 'warning',
  code: 'HOST_CLOCK',
  message: `The clock of the host "${host.name}" is ${spanOf(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}.`,
  meaning: 'Certificates may be refused, guests start with a wrong time, and logs cannot be read side by side.',
  remedy: 'On the host: timedatectl set-ntp true, or see chronyc tracking.',
  ...about(host),
})

function problemsOf(host: Examined, { status }: Heard): Finding[] {
  return status.problems.map(({ part, message }) => ({
    severity: 'error',
    code: 'HOST_PART_DOWN',
    message: `On the host "${host.name}", ${part} does not work: ${message}`,
    meaning: 'VMs on this host can be neither started nor changed; those that run go on.',
    remedy: `On the host: systemctl status ${part === 'openvswitch' ? 'openvswitch-switch' : part}, then restart it.`,
    ...about(host),
  }))
}

function findingsOf(host: Examined, heard: Heard | undefined, now: number): Finding[] {
  if (host.state === 'down') return [isAway(host, now)]
  const found = heard ? problemsOf(host, heard) : []
  if (heard?.skewMs !== undefined && Math.abs(heard.skewMs) > SKEW_MS) found.push(clockOff(host, heard.skewMs))
  if (!host.enabled)
    found.push({
      severity: 'note',
      code: 'HOST_DISABLED',
      message: `The host "${host.name}" is disabled.`,
      meaning: 'Nothing new is placed on it.',
      remedy: `When it may take guests again: basalt host enable ${host.id}`,
      ...about(host),
    })
  return found
}

/** Listens to the agents from now on. */
export function examineHosts({ store, agents }: { store: Store; agents: AgentCalls }): {
  examiner: Examiner
  start(): void
} {
  const heard = new Map<string, Heard>()
  return {
    start() {
      agents.onStatus((host, status) => {
        const skewMs = status.at === undefined ? undefined : Date.parse(status.at) - Date.now()
        heard.set(host, { status, skewMs })
      })
      agents.onDisconnected((host) => heard.delete(host))
    },
    examiner: {
      name: 'hosts',
      async examine() {
        const hosts = await store.all<Examined>('host', { state: ['up', 'down'] })
        const now = await store.now()
        return hosts.flatMap((host) => findingsOf(host, heard.get(host.id), now))
      },
    },
  }
}
