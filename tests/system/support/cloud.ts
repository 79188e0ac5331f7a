/** A whole cloud on this machine for system tests: real control plane, agents, libvirt, QEMU and OVN on the hosts of a lab. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { LabHost } from '@basalt/lab'
import {
  createSteps,
  type Demo,
  isRunning,
  openDemo,
  rememberedOptions,
  resetDemo,
  startDemo,
  waitUntil,
} from '@basalt/quickstart'
import { type Cloud, connect, type Task, type Vm, type VmCreateInput } from '@basalt/sdk'
import { freePort } from '@basalt/testkit'
import { createGuest, type Guest } from './guest.ts'
import { leftoversOf } from './leftovers.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
/** Kept between runs: what was downloaded for the tiny image. Clouds in it are removed by the test that made them. */
const STATE_DIR = join(tmpdir(), 'basalt-system')
const quiet = createSteps({ write: () => undefined, terminal: false })

/** An account with one user. */
export interface Tenant {
  account: string
  user: string
  cloud: Cloud
}

export interface SystemCloud {
  demo: Demo
  /** Logged in as the operator. */
  readonly operator: Cloud
  readonly hosts: readonly LabHost[]
  readonly zone: string
  /** Make an account with a user and log in as the user. */
  tenant(name: string): Promise<Tenant>
  /** Make a network and wait until it is ready; its id. */
  createNetwork(as: Cloud, name: string, cidr: string): Promise<string>
  /** Ask for a small VM of the tiny image; by default on the furnished network and on any pool. */
  requestVm(as: Cloud, request: Partial<VmCreateInput> & { name: string }): Promise<Task>
  /** The same, and wait until it runs. */
  createVm(as: Cloud, request: Partial<VmCreateInput> & { name: string }): Promise<Vm>
  /** Id of a storage class by its name: `Local` or `Shared`. */
  storageClass(name: string): Promise<string>
  /** The lab host with the id that the API gave it. */
  hostOf(id: string): Promise<LabHost>
  /** What happens inside a VM's guest. */
  guest(vm: { id: string }): Promise<Guest>
  /** kill -9, and wait until it is gone. */
  killControlPlane(): Promise<void>
  /** Bring back what was ended: control plane, daemons, agents. */
  mend(): Promise<void>
  /** Delete all VMs, networks and further images, whoever owns them. */
  clear(): Promise<void>
  /** What is on hosts, network or disk, or in the database, without reason. Waits a moment for what is under way. */
  leftovers(): Promise<string[]>
  /** End and remove everything; what is left of it then. */
  close(): Promise<string[]>
}

/** `control-plane` with its threads, and `host-agent`, in dist/; parts that did not change are left alone. */
async function buildPrograms(): Promise<string> {
  const args = ['--import', 'tsx', 'tools/build.ts', 'control-plane', 'hash-process', 'driver-thread', 'host-agent']
  await promisify(execFile)(process.execPath, args, { cwd: ROOT })
  return join(ROOT, 'dist')
}

/** A run that was killed leaves its cloud behind; its name tells the process that made it. */
async function removeAbandoned(): Promise<void> {
  if (!existsSync(STATE_DIR)) return
  for (const name of await readdir(STATE_DIR)) {
    const pid = /^s(\d+)-/.exec(name)?.[1]
    if (!pid || existsSync(`/proc/${pid}`)) continue
    const options = await rememberedOptions(STATE_DIR, name)
    if (options) await resetDemo(options)
  }
}

let made = 0

export interface SystemCloudSpec {
  hosts: number
  maxConcurrentBoots?: number
}

/** Bring a cloud up, with a zone, a cluster, two pools, the tiny image and a network of the operator's. `close` it afterwards. */
export async function systemCloud({ hosts, maxConcurrentBoots = 1 }: SystemCloudSpec): Promise<SystemCloud> {
  await removeAbandoned()
  const options = {
    name: `s${process.pid}-${++made}`,
    stateDir: STATE_DIR,
    dist: await buildPrograms(),
    hosts,
    simulated: false,
    apiHost: '127.0.0.1',
    apiPort: await freePort(),
    agentPort: await freePort(),
    virtualization: 'tcg' as const,
    maxConcurrentBoots,
  }
  try {
    return systemCloudOf(await startDemo(options, quiet))
  } catch (error) {
    await resetDemo(options)
    throw error
  }
}

function systemCloudOf(demo: Demo): SystemCloud {
  const { options, zone, offering, image, network, lab } = demo
  const operator = demo.controlPlane.cloud
  const tenants: Tenant[] = []

  const hostOf = async (id: string): Promise<LabHost> => lab.host((await operator.hosts.get(id)).name)

  const requestVm: SystemCloud['requestVm'] = (as, request) =>
    as.vms.create({ zone, offering, image, networks: [{ network }], ...request })

  async function finish(vm: string, as: Cloud, task: Task): Promise<Vm> {
    await as.tasks.wait(task)
    return operator.vms.get(vm)
  }

  /** A VM in a state that changes by itself is waited for. */
  async function deleteVm({ id }: Vm): Promise<void> {
    const passing = ['creating', 'starting', 'stopping', 'rebooting', 'deleting']
    const now = await operator.waitFor('vm', id, ({ state }) => !passing.includes(state), { orGone: true })
    if (now && !passing.includes(now.state)) await operator.tasks.wait(operator.vms.delete(id, { expunge: true }))
  }

  return {
    demo,
    operator,
    hosts: lab.hosts,
    zone,
    async tenant(name) {
      const account = (await operator.accounts.create({ name })).id
      const password = `${name}-password`
      const user = (await operator.users.create({ name, username: name, password, inAccount: account })).id
      const ca = await readFile(demo.places.authorityPem, 'utf8')
      const cloud = await connect({ url: demo.controlPlane.apiUrl, ca, username: name, password })
      const tenant = { account, user, cloud }
      tenants.push(tenant)
      return tenant
    },
    async createNetwork(as, name, cidr) {
      return (await as.tasks.wait(as.networks.create({ name, zone, cidr }))).resource
    },
    requestVm,
    async createVm(as, request) {
      const task = await requestVm(as, request)
      return finish(task.resource, as, task)
    },
    async storageClass(name) {
      const { items } = await operator.storageClasses.list({ name })
      return items[0]?.id ?? Promise.reject(new Error(`there is no storage class ${name}`))
    },
    hostOf,
    async guest({ id }) {
      const { host } = await operator.vms.get(id)
      if (!host) throw new Error(`the VM ${id} is on no host`)
      return createGuest({ vm: id, host: await hostOf(host), cloud: operator })
    },
    async killControlPlane() {
      const running = await openDemo(options).background.get('control-plane')
      if (!isRunning(running)) throw new Error('the control plane does not run')
      process.kill(running.pid, 'SIGKILL')
      await waitUntil('the control plane ended', 10_000, async () => !isRunning(running) || null)
    },
    async mend() {
      const { controlPlane } = await startDemo(options, quiet)
      controlPlane.cloud.close()
    },
    async clear() {
      for (const vm of (await operator.vms.list({ limit: 1000 })).items) await deleteVm(vm)
      const isExtra = ({ id }: { id: string }): boolean => ![network, image].includes(id)
      for (const { id } of (await operator.networks.list({ limit: 1000 })).items.filter(isExtra))
        await operator.tasks.wait(operator.networks.delete(id))
      for (const { id } of (await operator.images.list({ limit: 1000 })).items.filter(isExtra))
        await operator.tasks.wait(operator.images.delete(id, { expunge: true }))
    },
    async leftovers() {
      let found: string[] = []
      const look = async (): Promise<true | null> => {
        found = await leftoversOf({ operator, lab, places: demo.places })
        return found.length === 0 || null
      }
      // The report of what was found is worth more than the waiting's own error.
      await waitUntil('nothing was left over', 10_000, look).catch(() => undefined)
      return found
    },
    async close() {
      for (const { cloud } of tenants) cloud.close()
      operator.close()
      await resetDemo(options)
      return [
        ...(await lab.leftovers()).map(({ kind, what }) => `${kind} ${what}`),
        ...(existsSync(demo.places.root) ? [demo.places.root] : []),
      ]
    },
  }
}
