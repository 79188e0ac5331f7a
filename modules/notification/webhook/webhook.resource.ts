import { defineResource, f } from '@basalt/resource'

const secret = f.text({
  secret: true,
  sealed: true,
  maxLength: 256,
  pattern: /^[\x21-\x7e]{16,256}$/,
  rule: '16 to 256 visible ASCII characters',
  doc: 'Signs what is sent, so that the receiver knows it is from here. Kept encrypted, never shown.',
})

export const webhook = defineResource('webhook', {
  doc: 'Posts events to a URL: signed, in order for each resource, again and again until the receiver has them.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    url: f.url({ doc: 'Where events are posted to.' }),
    kinds: f.list(f.text({ maxLength: 63 }), {
      default: [],
      maxItems: 50,
      doc: 'Kinds whose events are sent, e.g. vm; all that the account sees when empty.',
    }),
    changes: f.list(f.choice(['created', 'updated', 'deleted']), {
      default: [],
      maxItems: 3,
      doc: 'Which changes are sent; every one when empty.',
    }),
    secret,
    user: f.uuid({ readonly: true, doc: 'Who made or changed it last: it sends what this user may see.' }),
    failing: f.boolean({ readonly: true, doc: 'Something could not be delivered yet; it is tried again.' }),
    state: f.state(['active', 'paused']),
  },
  actions: {
    create: {
      doc: 'Send events from now on.',
      input: ['name', 'description', 'url', 'kinds', 'changes', 'secret'],
      to: 'active',
    },
    update: { doc: 'Change where or what is sent.', input: ['name', 'description', 'url', 'kinds', 'changes'] },
    setSecret: { doc: 'Sign with another secret from now on.', input: ['secret'] },
    pause: { doc: 'Send nothing; what happens meanwhile is sent later.', from: ['active'], to: 'paused' },
    resume: { doc: 'Send again, beginning with what was kept.', from: ['paused'], to: 'active' },
    ping: { doc: 'Send a test event.' },
    replay: {
      doc: 'Send everything since a time once more, as far back as events are kept.',
      input: { since: f.timestamp({ doc: 'Events from then on.' }) },
    },
    delete: { doc: 'Send nothing any more and forget its deliveries.', danger: true },
  },
  columns: ['name', 'url', 'state', 'failing', 'createdAt'],
  indexed: ['state'],
})

export interface WebhookRow {
  id: string
  account: string
  url: string
  kinds: string[]
  changes: string[]
  secret: string
  user: string
  failing: boolean
  state: 'active' | 'paused'
}
