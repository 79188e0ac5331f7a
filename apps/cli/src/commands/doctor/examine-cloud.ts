/** The cloud as it sees itself: `GET /v1/diagnosis`, for operators who are logged in. */

import type { Finding } from '@basalt/observe/finding'
import type { Profile } from '../../config/profiles.ts'
import type { Examination } from './examination.ts'

interface Diagnosis {
  node: string
  examined: string[]
  findings: Finding[]
}

/** @returns what was examined, and what was found; null when the caller may not ask */
export async function examineCloud({ url, ca, token, accessKey }: Profile): Promise<Diagnosis | null> {
  const { connect, ApiProblem } = await import('@basalt/sdk')
  const cloud = await connect({ url, ca, token, accessKey })
  try {
    return await cloud.http.call<Diagnosis>('GET', '/v1/diagnosis')
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 403 || error.status === 401)) return null
    throw error
  } finally {
    cloud.close()
  }
}

const notAsked = (why: string, remedy: string): Finding => ({
  severity: 'note',
  code: 'CLOUD_NOT_EXAMINED',
  message: `The cloud itself was not examined: ${why}`,
  meaning: 'Only this machine and the way to the cloud were.',
  remedy,
})

/** @param examined takes the parts that the cloud looked at */
export function cloudExamination(profile: Profile | undefined, examined: string[]): Examination[] {
  if (!profile?.token && !profile?.accessKey) return []
  return [
    {
      name: 'the cloud',
      async examine() {
        try {
          const diagnosis = await examineCloud(profile)
          if (!diagnosis)
            return [
              notAsked('only operators may ask.', 'Log in as an operator: basalt login; then run basalt doctor again.'),
            ]
          examined.push(...diagnosis.examined)
          return diagnosis.findings
        } catch (error) {
          return [notAsked((error as Error).message, 'Mend the way to it first.')]
        }
      },
    },
  ]
}
