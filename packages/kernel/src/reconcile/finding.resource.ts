import { defineResource, f } from '@basalt/resource'

export const finding = defineResource('finding', {
  doc: 'Something that is not as the database says, or was not: what, where, since when, and what to do about it.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {
    state: f.state(['open', 'repaired', 'over'], {
      doc: 'open: still so; repaired: mended by the platform; over: gone without its doing.',
    }),
    reconciler: f.text({ readonly: true, doc: 'Which reconciler found it.' }),
    code: f.text({ readonly: true, doc: 'The sort of difference; stable.' }),
    what: f.text({ readonly: true, doc: 'The difference, in words.' }),
    place: f.text({ readonly: true, doc: 'Where it was looked at, e.g. a host.' }),
    placeId: f.uuid({ readonly: true, optional: true, doc: 'The place, when it is a resource.' }),
    resourceKind: f.text({ readonly: true, doc: 'Kind of what it is about.' }),
    resource: f.uuid({ readonly: true, doc: 'What it is about, whether it has a row or not.' }),
    since: f.timestamp({ readonly: true, doc: 'When it was first seen.' }),
    endedAt: f.timestamp({ readonly: true, optional: true }),
    remedy: f.text({ readonly: true, doc: 'What to do about it.' }),
    outcome: f.text({ readonly: true, doc: 'What the platform did about it, or why it could not.' }),
    times: f.integer({ readonly: true, doc: 'How often it came about.' }),
    expiresAt: f.timestamp({ readonly: true, optional: true, doc: 'When the record of it is forgotten.' }),
  },
  actions: {},
  columns: ['code', 'state', 'what', 'place', 'since', 'remedy'],
  indexed: ['state', 'reconciler', 'resource'],
  failedStates: ['open'],
})

export interface FindingRow {
  id: string
  state: 'open' | 'repaired' | 'over'
  reconciler: string
  code: string
  what: string
  place: string
  placeId: string | null
  resourceKind: string
  resource: string
  since: string
  endedAt: string | null
  remedy: string
  outcome: string
  times: number
}
