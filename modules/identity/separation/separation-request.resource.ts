import { defineResource, f } from '@basalt/resource'

export const separationRequest = defineResource('separationRequest', {
  doc: 'What one part of a separated power asks for, and another part has to approve.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  concern: 'consent',
  taggable: false,
  fields: {
    purpose: f.choice(['undo', 'appoint', 'dismiss'], {
      immutable: true,
      doc: 'End the separation, give a part to one more user, or take it from one.',
    }),
    part: f.choice(['sysadmin', 'secadmin', 'secauditor'], {
      immutable: true,
      optional: true,
      doc: 'For "appoint" and "dismiss".',
    }),
    user: f.ref('user', { immutable: true, optional: true, weak: true, doc: 'For "appoint" and "dismiss".' }),
    requestedBy: f.ref('user', { readonly: true, weak: true, doc: 'Who asks.' }),
    requestedPart: f.text({ readonly: true, doc: 'The part that asks: another one has to approve.' }),
    decidedBy: f.ref('user', { readonly: true, optional: true, weak: true, doc: 'Who approved or rejected it.' }),
    validUntil: f.timestamp({ readonly: true, doc: 'Counts no more from then on.' }),
    state: f.state(['pending', 'approved', 'rejected', 'expired']),
  },
  actions: {
    create: { doc: 'Ask for it.', input: ['description', 'purpose', 'part', 'user'], to: 'pending' },
    approve: {
      doc: 'Have it done; for who has another part than the one that asks.',
      from: ['pending'],
      to: 'approved',
      danger: true,
    },
    reject: { doc: 'Refuse it, or take it back.', from: ['pending'], to: 'rejected' },
  },
  indexed: ['state'],
  columns: ['purpose', 'part', 'user', 'requestedPart', 'state', 'validUntil'],
})

export interface SeparationRequestRow {
  id: string
  purpose: 'undo' | 'appoint' | 'dismiss'
  part: 'sysadmin' | 'secadmin' | 'secauditor' | null
  user: string | null
  requestedBy: string
  requestedPart: string
  validUntil: string
  state: 'pending' | 'approved' | 'rejected' | 'expired'
}
