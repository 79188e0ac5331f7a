import { defineResource, f } from '@basalt/resource'

export const invitation = defineResource('invitation', {
  doc: 'Lets a user set its password while duties are separated: two parts give it a code each, so that neither can log in as the user.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  concern: 'consent',
  taggable: false,
  fields: {
    user: f.ref('user', { immutable: true, cascade: true, doc: 'Whose password will be set.' }),
    requestedBy: f.ref('user', { readonly: true, weak: true, doc: 'Who asks, and gives the user the first code.' }),
    requestedPart: f.text({ readonly: true, doc: 'The part that asks: another one has to approve.' }),
    decidedBy: f.ref('user', {
      readonly: true,
      optional: true,
      weak: true,
      doc: 'Who approved it, and gives the user the second code, or rejected it.',
    }),
    validUntil: f.timestamp({ readonly: true, doc: 'Counts no more from then on.' }),
    code: f.text({ readonly: true, secret: true, doc: 'The first code.' }),
    secondCode: f.text({ readonly: true, optional: true, secret: true, doc: 'The second code.' }),
    state: f.state(['pending', 'approved', 'redeemed', 'rejected', 'expired']),
  },
  actions: {
    create: {
      doc: 'Ask for it. The answer has the first code, which is never shown again: give it to the user.',
      input: ['description', 'user'],
      to: 'pending',
      reveals: ['code'],
    },
    approve: {
      doc: 'For who has another part than the one that asks. The answer has the second code: give it to the user, and to nobody else.',
      from: ['pending'],
      to: 'approved',
      danger: true,
      reveals: ['secondCode'],
    },
    reject: { doc: 'Refuse it, or take it back.', from: ['pending', 'approved'], to: 'rejected' },
  },
  indexed: ['state'],
  columns: ['user', 'requestedPart', 'state', 'validUntil'],
})

export interface InvitationRow {
  id: string
  user: string
  requestedBy: string
  requestedPart: string
  validUntil: string
  /** Kept as hashes. */
  code: string
  secondCode: string | null
  state: 'pending' | 'approved' | 'redeemed' | 'rejected' | 'expired'
}
