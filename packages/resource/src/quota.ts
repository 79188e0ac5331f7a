/** What a kind takes of its account's quotas: data from which both the flush that counts and the recount derive. */
import type { Resource } from './define.ts'
import type { Field, FieldSpec } from './field.ts'

type Numeric<Fs> = {
  [K in keyof Fs]: Fs[K] extends Field<infer T> ? (NonNullable<T> extends number ? K : never) : never
}[keyof Fs] &
  string

type StateOf<Fs> = Fs extends { state: Field<infer S> } ? S : never

/** A number for each resource, or the number in one of its fields; an empty field counts as 0. */
type Amount<Fs> = number | Numeric<Fs>

/** Metric to amount, e.g. `{ volumes: 1, volumeBytes: 'sizeBytes' }`; with `while`, it counts in these states only. */
export type QuotaOptions<Fs> = Readonly<
  Record<string, Amount<Fs> | { amount: Amount<Fs>; while: readonly StateOf<Fs>[] }>
>

/** One metric of a kind, as the derivers see it. */
export interface QuotaMetric {
  metric: string
  /** A number, or the name of the field that has it. */
  amount: number | string
  /** States in which it counts; every one when absent. */
  while?: readonly string[]
}

/** A metric of the whole platform. */
export interface MetricInfo {
  metric: string
  /** Counted for each zone by itself. */
  zoned: boolean
  /** `B` for sizes, absent for plain numbers. */
  unit?: string
}

const METRIC = /^[a-z][A-Za-z0-9]*$/

function checked(
  kind: string,
  fields: Record<string, FieldSpec>,
  { metric, amount, ...rest }: QuotaMetric,
): QuotaMetric {
  if (!METRIC.test(metric)) throw new TypeError(`"${metric}" is no name for a metric of ${kind}`)
  if (typeof amount === 'string' && !['integer', 'bytes'].includes(fields[amount]?.type ?? ''))
    throw new TypeError(`the metric ${metric} of ${kind} counts "${amount}", which is no number of the kind`)
  const unknown = rest.while?.find((state) => !fields.state?.values?.includes(state))
  if (unknown)
    throw new TypeError(`the metric ${metric} of ${kind} names the state "${unknown}", which the kind does not have`)
  return { metric, amount, ...rest }
}

/** A definition's `quota` as a list. */
export function resolveQuota(
  kind: string,
  fields: Record<string, FieldSpec>,
  quota: QuotaOptions<never> | undefined,
): QuotaMetric[] {
  return Object.entries(quota ?? {}).map(([metric, term]) => {
    const { amount, while: states }: Omit<QuotaMetric, 'metric'> = typeof term === 'object' ? term : { amount: term }
    return checked(kind, fields, { metric, amount, ...(states ? { while: states } : {}) })
  })
}

/** Every metric that these kinds count, each once. */
export function metricsOf(resources: readonly Resource[]): MetricInfo[] {
  const found = resources.flatMap((resource) =>
    resource.quota.map(({ metric, amount }): MetricInfo => {
      const unit = typeof amount === 'string' ? resource.fields[amount]?.unit : undefined
      return { metric, zoned: resource.locality === 'zone', ...(unit ? { unit } : {}) }
    }),
  )
  const metrics = new Map(found.map((info) => [info.metric, info]))
  const torn = found.find(({ metric, zoned }) => metrics.get(metric)?.zoned !== zoned)
  if (torn) throw new TypeError(`the metric ${torn.metric} is counted by zone for one kind and not for another`)
  return [...metrics.values()]
}
