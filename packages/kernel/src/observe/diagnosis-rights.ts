import { defineResource } from '@basalt/resource'
import { authorizeAt, verdictOn } from '../access/authorize.ts'
import type { Caller } from '../caller.ts'
import type { Database } from '../database.ts'

/** What rights are about: `diagnosis.read` shows metrics, the parts of readiness, and what is wrong with the cloud. It is no kind. */
export const diagnosisSubject = defineResource('diagnosis', {
  doc: 'How the platform itself fares: metrics, readiness, what is wrong.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {},
  actions: {},
  columns: [],
})

/** @throws 403 unless the caller may see how the whole platform fares */
export const authorizeDiagnosis = (database: Database, caller: Caller): Promise<void> =>
  authorizeAt(database, caller, diagnosisSubject, 'read', {})

export const mayDiagnose = async (database: Database, caller: Caller): Promise<boolean> =>
  (await verdictOn(database, caller, diagnosisSubject, 'read', {})).allowed
