/** The kinds of quotas: what accounts use of what they may have, and the limits that operators set. */
import { defineResource, f, type MetricInfo, metricsOf, type Resource } from '@basalt/resource'
import { NO_ZONE } from './amounts.ts'
import { limitSql } from './limits.ts'

const maximumField = {
  minimum: 0,
  optional: true,
  doc: 'How much an account may have, in bytes where the metric says so; without a value there is no limit.',
} as const

/** An id that stays the same for an account, a zone and a metric: a UUID of version 8. */
const ID = `overlay(overlay(md5(concat_ws('/', a.id, z.id, m.metric)) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid`

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Every account with every metric, in every zone where that counts, also what is not used yet. */
function viewSql(metrics: readonly MetricInfo[]): string {
  const values = metrics.map(
    ({ metric, zoned, unit }) => `(${text(metric)}, ${zoned}, ${unit ? text(unit) : 'null::text'})`,
  )
  const limit = limitSql({ account: 'a.id', zone: `coalesce(z.id, '${NO_ZONE}')`, metric: 'm.metric' })
  return `select ${ID} as id, m.metric as name, ''::text as description, a.created_at, a.updated_at, 1::bigint as version, null::jsonb as cause, a.id as account, z.id as zone, m.metric, coalesce(q.used, 0) as used, l.maximum, l.source, m.unit from "account" a cross join (values ${values.join(', ')}) m(metric, zoned, unit) join lateral (select id from "zone" where m.zoned union all select null::uuid where not m.zoned) z on true left join quota_usage q on q.account = a.id and q.zone = coalesce(z.id, '${NO_ZONE}') and q.metric = m.metric left join lateral (${limit}) l on true`
}

function quotaOf(metrics: readonly MetricInfo[]) {
  return defineResource('quota', {
    doc: 'What an account uses of something, and how much it may have.',
    ownership: 'account',
    locality: 'global',
    audience: 'tenant',
    fields: {
      account: f.ref('account', { immutable: true, readonly: true, weak: true, doc: 'Whose it is.' }),
      zone: f.ref('zone', {
        readonly: true,
        optional: true,
        weak: true,
        doc: 'The zone it is about; empty for what is counted everywhere together.',
      }),
      metric: f.choice(
        metrics.map(({ metric }) => metric),
        { readonly: true, doc: 'What is counted.' },
      ),
      used: f.integer({ readonly: true, doc: 'How much there is, with what lies in the recycle bin and is kept.' }),
      maximum: f.integer({ ...maximumField, readonly: true }),
      source: f.choice(['account', 'zone', 'platform'], {
        readonly: true,
        optional: true,
        doc: 'Where the maximum comes from: set for the account, or the default of the zone or of the platform.',
      }),
      unit: f.text({ readonly: true, optional: true, doc: 'B for bytes.' }),
    },
    actions: {
      setLimit: {
        doc: 'Set a limit for this account and zone, in place of wider ones.',
        input: { maximum: f.integer({ ...maximumField, default: null }) },
        audience: 'operator',
      },
      useDefault: {
        doc: 'Remove the limit that was set for this account and zone; the next wider one counts again.',
        audience: 'operator',
      },
    },
    columns: ['metric', 'used', 'maximum', 'unit', 'zone', 'source'],
    taggable: false,
    view: viewSql(metrics),
  })
}

function quotaLimitOf(metrics: readonly MetricInfo[]) {
  return defineResource('quotaLimit', {
    doc: 'How much of something an account may have: a default of the platform or of a zone, or an account’s own.',
    ownership: 'platform',
    locality: 'global',
    audience: 'operator',
    fields: {
      metric: f.choice(
        metrics.map(({ metric }) => metric),
        { immutable: true, doc: 'What is counted.' },
      ),
      account: f.ref('account', {
        immutable: true,
        optional: true,
        cascade: true,
        doc: 'The account it is for; a default for all without one.',
      }),
      zone: f.ref('zone', {
        immutable: true,
        optional: true,
        cascade: true,
        doc: 'The zone it is for; every one by itself without one.',
      }),
      maximum: f.integer(maximumField),
      key: f.text({ readonly: true, doc: 'Account, zone and metric; there is one limit of each.' }),
    },
    actions: {
      create: { doc: 'Set a limit.', input: ['metric', 'account', 'zone', 'maximum', 'description'] },
      update: { doc: 'Change it; what is used already stays.', input: ['maximum', 'description'] },
      delete: { doc: 'Remove it; the next wider one counts again.' },
    },
    unique: [['key']],
    columns: ['metric', 'account', 'zone', 'maximum'],
    taggable: false,
  })
}

export interface QuotaKinds {
  quota: ReturnType<typeof quotaOf>
  quotaLimit: ReturnType<typeof quotaLimitOf>
  metrics: readonly MetricInfo[]
}

/** The kinds of quotas for what these kinds count. Their tables come after those of accounts and zones. */
export function quotaKinds(resources: readonly Resource[]): QuotaKinds {
  const metrics = metricsOf(resources)
  return { quota: quotaOf(metrics), quotaLimit: quotaLimitOf(metrics), metrics }
}
