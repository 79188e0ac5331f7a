/** `GET /v1/diagnosis`: what is wrong with the cloud, for operators. */

import type { Database } from '../database.ts'
import type { Route } from '../module.ts'
import type { Diagnosis } from '../observe/diagnosis.ts'
import { authorizeDiagnosis } from '../observe/diagnosis-rights.ts'

const text = { type: 'string' }

const finding = {
  type: 'object',
  required: ['severity', 'code', 'message', 'meaning', 'remedy'],
  properties: {
    severity: { type: 'string', enum: ['error', 'warning', 'note'] },
    code: text,
    message: { ...text, description: 'What is wrong.' },
    meaning: { ...text, description: 'What that means for those who use the cloud.' },
    remedy: { ...text, description: 'What to do.' },
    kind: { ...text, description: 'Kind of the resource it is about.' },
    resource: { ...text, description: 'Its id.' },
  },
}

const schema = {
  type: 'object',
  properties: {
    node: { ...text, description: 'The node that looked.' },
    at: { type: 'string', format: 'date-time' },
    examined: { type: 'array', items: text, description: 'Parts that were looked at.' },
    findings: { type: 'array', items: finding, description: 'The worst first.' },
  },
}

export const diagnosisRoute = (look: () => Promise<Diagnosis>, database: Database): Route => ({
  method: 'GET',
  path: '/v1/diagnosis',
  operation: {
    operationId: 'diagnosis.get',
    summary: 'What is wrong with the cloud, what it means, and what to do about it. For operators.',
    responses: { '200': { description: 'The findings.', content: { 'application/json': { schema } } } },
  },
  async handle({ caller }) {
    await authorizeDiagnosis(database, caller)
    return look()
  },
})
