import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LabNode } from './namespace.ts'

/** Where ovn-controller on the hosts (and anything on the management network) finds the southbound database. */
export const SOUTHBOUND_PORT = 6642

/** Idle seconds are long on a busy machine: a database that drops its clients costs more than a late notice. */
const INACTIVITY_PROBE_MS = 60_000

const DATABASES = [
  { name: 'nb', schema: '/usr/share/ovn/ovn-nb.ovsschema', control: 'ovn-nbctl', remotes: [] },
  {
    name: 'sb',
    schema: '/usr/share/ovn/ovn-sb.ovsschema',
    control: 'ovn-sbctl',
    remotes: ['--remote=db:OVN_Southbound,SB_Global,connections'],
  },
]

/** The path inside the node, and below its directory, of a database's socket. */
export function databaseSocket(name: 'nb' | 'sb'): string {
  return `/run/ovn/ovn${name}_db.sock`
}

/**
 * Starts what of OVN's central part does not run: northbound and southbound database, ovn-northd.
 * Only the southbound one listens on the network: the northbound one's unix socket is the root namespace's alone.
 */
export async function ensureCentral(central: LabNode, address: string): Promise<void> {
  for (const database of DATABASES) await ensureDatabase(central, database)
  if (!central.isDaemonAlive('ovn-northd')) {
    await central.exec('ovn-sbctl', [
      `--inactivity-probe=${INACTIVITY_PROBE_MS}`,
      'set-connection',
      `ptcp:${SOUTHBOUND_PORT}:${address}`,
    ])
  }
  await central.ensureDaemon({
    name: 'ovn-northd',
    command: 'ovn-northd',
    args: [
      ...daemonArgs('/run/ovn/ovn-northd.pid', '/var/log/ovn/ovn-northd.log'),
      `--ovnnb-db=unix:${databaseSocket('nb')}`,
      `--ovnsb-db=unix:${databaseSocket('sb')}`,
    ],
    pidFile: '/run/ovn/ovn-northd.pid',
  })
}

async function ensureDatabase(central: LabNode, database: (typeof DATABASES)[number]): Promise<void> {
  const process = `ovn${database.name}_db`
  if (central.isDaemonAlive(process)) return
  const file = `/var/lib/ovn/${process}.db`
  if (!existsSync(join(central.directory, file))) await central.exec('ovsdb-tool', ['create', file, database.schema])
  await central.ensureDaemon({
    name: process,
    command: 'ovsdb-server',
    args: [
      ...daemonArgs(`/run/ovn/${process}.pid`, `/var/log/ovn/${process}.log`),
      `--unixctl=/run/ovn/${process}.ctl`,
      `--remote=punix:/run/ovn/${process}.sock`,
      ...database.remotes,
      file,
    ],
    pidFile: `/run/ovn/${process}.pid`,
  })
  await central.exec(database.control, ['init'])
}

/** Arguments that Open vSwitch's and OVN's daemons share; they detach once they answer. */
export function daemonArgs(pidFile: string, logFile: string): string[] {
  return ['--detach', '--no-chdir', `--pidfile=${pidFile}`, `--log-file=${logFile}`, '-vconsole:off']
}
