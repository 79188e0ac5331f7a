/** Policies of placement that plugins bring. One that fails fails the placement, by name: without it a VM could go where it must not. */
import { Problem, withDeadline } from '@basalt/kernel'
import type { PlacementPolicy } from '@basalt/plugin'
import type { Candidate, Demand } from './candidate.ts'

/** How one policy sees the candidates of a VM. */
export interface View {
  refuse(candidate: Candidate): string | null
  weigh(candidate: Candidate): number
}

const LOOK_MS = 5_000

const failed = (policy: string, cause: unknown): Problem =>
  new Problem({
    status: 503,
    code: 'PLACEMENT_POLICY_FAILED',
    detail: `The placement policy ${policy} failed: ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: 'Try again; an operator mends its plugin, or takes it out of the configuration of the control plane.',
    retryAfterSeconds: 5,
    cause,
  })

const bounded = (weight: number): number => {
  if (!Number.isFinite(weight)) throw new TypeError(`it weighs a host with ${weight}, which is no number`)
  return Math.max(-1, Math.min(1, weight))
}

/** Our own rows are not handed out: a policy sees what the contract names. */
const shown = ({ host, cluster, pool, availableBytes, totalBytes }: Candidate) => ({
  host: {
    id: host.id,
    name: host.name,
    vcpuCapacity: host.vcpuCapacity,
    vcpusReserved: host.vcpusReserved,
    memoryCapacityBytes: host.memoryCapacityBytes,
    memoryReservedBytes: host.memoryReservedBytes,
  },
  cluster: { id: cluster.id, architecture: cluster.architecture },
  pool: { id: pool.id, name: pool.name, class: pool.class },
  availableBytes,
  totalBytes,
})

/** Ask each policy, once for a VM. @throws Problem PLACEMENT_POLICY_FAILED, here and from the views */
export function viewsOf(policies: readonly PlacementPolicy[], demand: Demand): Promise<View[]> {
  const { zone, vcpus, memoryBytes, diskBytes, architecture } = demand
  return Promise.all(
    policies.map(async (policy): Promise<View> => {
      const guard = <T>(work: () => T): T => {
        try {
          return work()
        } catch (error) {
          throw failed(policy.name, error)
        }
      }
      const late = (): Error => new Error(`it gave no answer within ${LOOK_MS / 1000} s`)
      const asked = async () => policy.look({ zone, vcpus, memoryBytes, diskBytes, architecture })
      const view = await withDeadline(asked(), LOOK_MS, late).catch((error: unknown) => {
        throw failed(policy.name, error)
      })
      return {
        refuse: (candidate) => guard(() => view.refuse?.(shown(candidate)) ?? null),
        weigh: (candidate) => guard(() => bounded(view.weigh?.(shown(candidate)) ?? 0)),
      }
    }),
  )
}
