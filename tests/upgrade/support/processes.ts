/** Control-plane nodes of several versions, as real programs on one database. */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Answer, type Call, httpClient, keepKeys, type NodeProcess, nodeProcess } from '@basalt/testkit'
import { SAMPLE_KEY } from './sample-cloud.ts'

const PASSWORDS = { operator: ['admin', 'operator-password'], ada: ['ada', 'ada-password-1'] } as const

export interface VersionNode {
  process: NodeProcess
  call(who: keyof typeof PASSWORDS, method: Call['method'], path: string, body?: unknown): Promise<Answer>
}

interface Place {
  directory: string
  databaseUrl: string
  /** A node that was there before: authority and keys are its. */
  beside?: VersionNode
}

/** A node that does not run yet. */
export async function versionNode(name: string, program: string, place: Place): Promise<VersionNode> {
  const { directory, databaseUrl, beside } = place
  const dataDir = join(directory, name)
  const authority = join(beside?.process.dataDir ?? '', 'authority')
  if (beside) await cp(authority, join(dataDir, 'authority'), { recursive: true })
  await keepKeys(dataDir, SAMPLE_KEY)
  const process = await nodeProcess({ directory, program, name, databaseUrl })
  const tokens = new Map<string, string>()

  return {
    process,
    async call(who, method, path, body) {
      const http = httpClient(process.apiUrl, await process.authorityPem())
      if (!tokens.has(who)) {
        const [username, password] = PASSWORDS[who]
        const login = await http({ method: 'POST', path: '/v1/sessions', body: { username, password } })
        tokens.set(who, String(login.body.token))
      }
      return http({ method, path, body, token: tokens.get(who), headers: { prefer: 'wait=60' } })
    },
  }
}
