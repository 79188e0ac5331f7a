/** What only the node itself can tell: its certificate, those of its hosts, its migrations, its disk. */
import { statfs } from 'node:fs/promises'
import {
  type Check,
  type Database,
  type Examiner,
  type Finding,
  type Migration,
  percentUsed,
  spanOf,
} from '@basalt/kernel'
import type { AgentHub } from '@basalt/transport'

export interface NodeFacts {
  database: Database
  migrations: readonly Migration[]
  dataDir: string
  /** When the node's own certificate ends. */
  certificateEnds: Date
  hub: Pick<AgentHub, 'hosts'>
}

/** Of a file system below which PostgreSQL and the ledger of everything may stop. */
const NEARLY_FULL_PERCENT = 90
const FULL_PERCENT = 98
const DAY_MS = 86_400_000
/** Certificates of nodes are made anew at each start; hosts renew theirs long before. */
const NODE_CERTIFICATE_DAYS = 14
const HOST_CERTIFICATE_DAYS = 7

async function usedPercent(directory: string): Promise<number> {
  const { blocks, bavail } = await statfs(directory)
  return percentUsed(bavail, blocks)
}

async function missingMigrations({ database, migrations }: NodeFacts): Promise<string[]> {
  const applied = await database.query<{ name: string }>('select name from migration')
  const names = new Set(applied.map(({ name }) => name))
  return migrations.filter(({ name }) => !names.has(name)).map(({ name }) => name)
}

/** What the node needs besides its database to be ready. */
export const nodeChecks = (facts: NodeFacts): Check[] => [
  {
    name: 'migrations',
    async run() {
      const missing = await missingMigrations(facts)
      if (missing.length > 0) throw new Error(`not applied: ${missing.join(', ')}`)
      return `all ${facts.migrations.length} are applied`
    },
  },
  {
    name: 'disk',
    async run() {
      const used = await usedPercent(facts.dataDir)
      if (used >= FULL_PERCENT) throw new Error(`the file system of ${facts.dataDir} is ${used} % full`)
      return `the file system of ${facts.dataDir} is ${used} % full`
    },
  },
]

function nodeCertificate(ends: Date): Finding[] {
  const leftMs = ends.getTime() - Date.now()
  if (leftMs > NODE_CERTIFICATE_DAYS * DAY_MS) return []
  return [
    {
      severity: leftMs > 0 ? 'warning' : 'error',
      code: 'NODE_CERTIFICATE',
      message:
        leftMs > 0
          ? `The certificate of this node ends in ${spanOf(leftMs)}.`
          : 'The certificate of this node has ended.',
      meaning: 'Afterwards neither people nor agents can connect to it.',
      remedy: 'Restart the control plane: it makes a new one.',
    },
  ]
}

function hostCertificates(hub: NodeFacts['hub']): Finding[] {
  return hub.hosts().flatMap(({ hostId, hello, peer }) => {
    const leftMs = peer.notAfter.getTime() - Date.now()
    if (leftMs > HOST_CERTIFICATE_DAYS * DAY_MS) return []
    return [
      {
        severity: 'warning' as const,
        code: 'HOST_CERTIFICATE',
        message: `The certificate of the host "${hello.inventory.hostname}" ends in ${spanOf(leftMs)} and was not renewed.`,
        meaning: 'Afterwards the host cannot connect any more and counts as down.',
        remedy: `On the host: look in the agent's log for "certificate"; issue a new token with: basalt host registration-token ${hostId}`,
        kind: 'host',
        resource: hostId,
      },
    ]
  })
}

export const nodeExaminers = (facts: NodeFacts): Examiner[] => [
  {
    name: 'migrations',
    async examine() {
      const missing = await missingMigrations(facts)
      if (missing.length === 0) return []
      return [
        {
          severity: 'error',
          code: 'MIGRATIONS_MISSING',
          message: `The database lacks the migrations ${missing.join(', ')} of this build.`,
          meaning: 'Requests that need them fail.',
          remedy: 'Restart the control plane: it applies them, and says in its log why it cannot.',
        },
      ]
    },
  },
  {
    name: 'disk of the node',
    async examine() {
      const used = await usedPercent(facts.dataDir)
      if (used < NEARLY_FULL_PERCENT) return []
      return [
        {
          severity: used >= FULL_PERCENT ? 'error' : 'warning',
          code: 'NODE_DISK_FULL',
          message: `The file system of ${facts.dataDir} is ${used} % full.`,
          meaning: 'When it is full, the embedded database stops, and the cloud cannot be changed.',
          remedy: 'Make room, or make the file system larger.',
        },
      ]
    },
  },
  {
    name: 'certificates',
    examine: async () => [...nodeCertificate(facts.certificateEnds), ...hostCertificates(facts.hub)],
  },
]
