import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { connectOvsdb, named, type OvnNb, type OvnSb, type OvsdbClient, ovnNb, ovnSb } from '@basalt/ovsdb'
import { startDaemon, startOvsdbServer, type TestServer } from '@basalt/ovsdb/testing'
import { createTestInterfaces, type TestInterfaces } from './test-interfaces.ts'

const run = promisify(execFile)
const TIMEOUT = { timeoutMs: 10_000 }

/** A private OVN central for tests: both databases and ovn-northd, but no chassis. */
export interface TestCentral {
  readonly nbServer: TestServer
  readonly nb: OvsdbClient<OvnNb>
  readonly sb: OvsdbClient<OvnSb>
  /** Resolves when ovn-northd has carried everything so far over to the southbound database. */
  synced(): Promise<void>
  /** Runs a packet through the logical pipelines; `ovn-trace`'s summary. */
  trace(network: string, flow: string): Promise<string>
  /** Adds a chassis as ovn-controller would. */
  addChassis(name: string): Promise<void>
  /** The interface of a port appears on a chassis, or goes: claims and releases follow as from ovn-controller. */
  readonly interfaces: TestInterfaces
  dispose(): Promise<void>
}

/** Starts the daemons in directories of their own; resolves when ovn-northd works. */
export async function startCentral(): Promise<TestCentral> {
  const schemas = '/usr/share/ovn'
  const nbServer = await startOvsdbServer({ schemaPath: `${schemas}/ovn-nb.ovsschema`, database: 'OVN_Northbound' })
  const sbServer = await startOvsdbServer({ schemaPath: `${schemas}/ovn-sb.ovsschema`, database: 'OVN_Southbound' })
  const nb = connectOvsdb({ schema: ovnNb, endpoints: [nbServer.endpoint] })
  const sb = connectOvsdb({ schema: ovnSb, endpoints: [sbServer.endpoint] })
  await Promise.all([nb.ready(TIMEOUT), sb.ready(TIMEOUT)])
  const databases = [`--ovnnb-db=${nbServer.endpoint}`, `--ovnsb-db=${sbServer.endpoint}`]
  const control = `--unixctl=${sbServer.directory}/northd.ctl`
  const northd = startDaemon('ovn-northd', [...databases, control, '--no-chdir', '-vconsole:off', '-vsyslog:off'])
  const interfaces = createTestInterfaces(sb)
  let chassisCount = 0
  const progress = nb.replicate({ NB_Global: ['nb_cfg', 'sb_cfg'] })
  await progress.waitFor((copy) => copy.table('NB_Global').size === 1, TIMEOUT)

  async function synced(): Promise<void> {
    const result = await nb
      .transaction()
      .mutate('NB_Global', {}, ['nb_cfg', '+=', 1])
      .select('NB_Global', {}, ['nb_cfg'])
      .commit(TIMEOUT)
    const wanted = result.rows('NB_Global', 1)[0]?.nb_cfg ?? 0
    await progress.waitFor((copy) => copy.table('NB_Global').find((row) => row.sb_cfg >= wanted), TIMEOUT)
  }

  return {
    nbServer,
    nb,
    sb,
    synced,
    async trace(network, flow) {
      await synced()
      const { stdout } = await run('ovn-trace', [`--db=${sbServer.endpoint}`, '--summary', network, flow])
      return stdout
    },
    async addChassis(name) {
      chassisCount += 1
      await sb
        .transaction()
        .insert('Encap', { type: 'geneve', ip: `127.0.1.${chassisCount}`, chassis_name: name }, 'encap')
        .insert('Chassis', { name, hostname: name, encaps: [named('Encap', 'encap')] })
        .commit(TIMEOUT)
    },
    interfaces,
    async dispose() {
      await interfaces.close()
      await Promise.all([nb.close(), sb.close()])
      await northd.stop()
      await Promise.all([nbServer.dispose(), sbServer.dispose()])
    },
  }
}
