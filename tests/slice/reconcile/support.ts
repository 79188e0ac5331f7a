/** What the tests of reconcilers plant, behind the back of the platform. */
import { randomUUID } from 'node:crypto'
import type { DomainSpec, HostCall, PoolSpec } from '@basalt/contracts'
import type { CloudEnvironment } from '@basalt/testkit'

/** A command that no task stands behind. */
export const unasked: HostCall = { signal: new AbortController().signal, progress() {} }

export type Host = CloudEnvironment['hosts'][number]

export function hostAt(env: CloudEnvironment, index = 0): { host: Host; id: string } {
  const [host, id] = [env.hosts[index], env.hostIds[index]]
  if (!host || !id) throw new Error(`the cloud has no host ${index}`)
  return { host, id }
}

export const poolOf = (env: CloudEnvironment): PoolSpec => ({
  pool: env.furniture.pool,
  kind: 'local',
  path: '/var/lib/basalt/pool1',
})

export const guestOf = (vm: string = randomUUID()): DomainSpec => ({
  vm,
  title: 'planted',
  hostname: 'planted',
  vcpus: 1,
  memoryBytes: 2 ** 30,
  disks: [],
  nics: [],
})

/** A VM of ada's that runs. Answers with its id. */
export async function runningVm(env: CloudEnvironment, name = 'vm1'): Promise<string> {
  const { body } = await env.createVm({ name })
  if (body.state !== 'succeeded') throw new Error(`no VM could be made: ${JSON.stringify(body)}`)
  return body.resource as string
}

export const rowOf = async (env: CloudEnvironment, kind: string, where: Record<string, unknown>) =>
  (await env.controlPlane().store.all<Record<string, unknown> & { id: string }>(kind, where))[0]

export const vmRow = async (env: CloudEnvironment, id: string) =>
  (await env.call('operator', 'GET', `/v1/vms/${id}`)).body
