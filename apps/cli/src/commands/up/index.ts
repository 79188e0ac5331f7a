/** The quick start: a whole cloud on this machine. */
import { readFile } from 'node:fs/promises'
import type { Profiles } from '../../config/profiles.ts'
import type { Terminal } from '../../terminal.ts'
import type { LocalCommand } from '../local.ts'

/** Profile under which the commands that follow find the cloud. */
const PROFILE = 'demo'

interface Access {
  url: string
  caFile: string
  username: string
  password: string
}

/** Log the command line in, so that the first thing one tries works. */
async function saveProfile(profiles: Profiles, { url, caFile, username, password }: Access): Promise<void> {
  const { connect } = await import('@basalt/sdk')
  const ca = await readFile(caFile, 'utf8')
  const cloud = await connect({ url, ca })
  const { token, endsAt: expiresAt } = await cloud.login({ username, password })
  cloud.close()
  await profiles.save(PROFILE, { url, ca, username, token, expiresAt, zone: 'zone1' })
  await profiles.use(PROFILE)
}

async function confirm({ interactive, ask }: Terminal, question: string): Promise<boolean> {
  return interactive && /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim())
}

const SUMMARIES = {
  up: 'Bring up a cloud on this machine: hosts, control plane, a first VM.',
  status: 'What runs of the cloud on this machine.',
  logs: 'What a part of the cloud on this machine logs.',
  down: 'Stop the cloud on this machine; disks and database stay.',
  reset: 'Stop the cloud on this machine and remove everything it kept.',
  'reset-password': 'Give a user of the control plane on this machine a new, random password.',
} as const

export const quickstartCommands: LocalCommand[] = Object.entries(SUMMARIES).map(([name, summary]) => ({
  name,
  summary,
  async run(argv, { terminal, profiles }) {
    const { runQuickstart } = await import('@basalt/quickstart')
    return runQuickstart([name, ...argv], {
      write: (text) => terminal.out.write(text),
      terminal: terminal.width !== undefined,
      confirm: (question) => confirm(terminal, question),
      onReady: (access) => saveProfile(profiles, access),
    })
  },
}))
