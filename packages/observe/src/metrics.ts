/**
 * Metrics in Prometheus' text format (exposition format 0.0.4). Values are kept as plain numbers in maps; what can be asked for when
 * somebody scrapes is not kept at all.
 */

type Labels = Readonly<Record<string, string>>

export interface Counter {
  add(labels?: Labels, count?: number): void
}

export interface Histogram {
  /** @param value in the unit that the metric's name ends with */
  observe(value: number, labels?: Labels): void
}

export interface Gauge {
  set(value: number, labels?: Labels): void
}

/** A value for each set of labels at the moment of the scrape. */
export type Reading = Iterable<readonly [value: number, labels?: Labels]>

export interface Metrics {
  /** Name without `_total`, which is added. */
  counter(name: string, help: string, labels?: readonly string[]): Counter
  histogram(name: string, help: string, options: { labels?: readonly string[]; buckets: readonly number[] }): Histogram
  gauge(name: string, help: string, labels?: readonly string[]): Gauge
  /** A gauge (or counter) that is read when somebody scrapes. */
  read(name: string, help: string, read: () => number | Reading, type?: 'gauge' | 'counter'): void
  /** All metrics as text. */
  render(): string
}

/** Sets of labels of one metric; those that come later count as `other`, so that no input can fill the memory. */
const MAX_SERIES = 1_000
const OTHER = 'other'

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))

const rendered = (labels: readonly (readonly [string, string])[]): string =>
  labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`

const number = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'

interface Series<T> {
  labels: [string, string][]
  state: T
}

/** The series of one metric by their labels. */
function createSeries<T>(names: readonly string[], fresh: () => T) {
  const all = new Map<string, Series<T>>()
  function of(values: readonly string[]): T {
    const key = values.length === 1 ? (values[0] ?? '') : values.join('\0')
    const known = all.get(key)
    if (known) return known.state
    if (all.size >= MAX_SERIES && values.some((value) => value !== OTHER)) return of(names.map(() => OTHER))
    const state = fresh()
    all.set(key, { labels: names.map((name, at) => [name, values[at] ?? '']), state })
    return state
  }
  return {
    get: (labels: Labels): T => of(names.map((name) => labels[name] ?? '')),
    values: (): Iterable<Series<T>> => all.values(),
  }
}

interface Buckets {
  counts: number[]
  sum: number
  count: number
}

export function createMetrics(): Metrics {
  const renderers = new Map<string, () => string[]>()

  function register(name: string, type: string, help: string, lines: () => string[]): void {
    if (renderers.has(name)) throw new TypeError(`the metric ${name} exists already`)
    renderers.set(name, () => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()])
  }

  /** Values that are kept. */
  function kept(name: string, type: 'counter' | 'gauge', help: string, labels: readonly string[]) {
    const series = createSeries(labels, () => ({ value: 0 }))
    register(name, type, help, () =>
      [...series.values()].map(({ labels: own, state }) => `${name}${rendered(own)} ${number(state.value)}`),
    )
    return series
  }

  return {
    counter(name, help, labels = []) {
      const series = kept(`${name}_total`, 'counter', help, labels)
      return {
        add(own = {}, count = 1) {
          series.get(own).value += count
        },
      }
    },
    gauge(name, help, labels = []) {
      const series = kept(name, 'gauge', help, labels)
      return {
        set(value, own = {}) {
          series.get(own).value = value
        },
      }
    },
    histogram(name, help, { labels = [], buckets }) {
      const fresh = (): Buckets => ({ counts: buckets.map(() => 0), sum: 0, count: 0 })
      const series = createSeries(labels, fresh)
      register(name, 'histogram', help, () =>
        [...series.values()].flatMap(({ labels: own, state }) => histogramLines(name, own, buckets, state)),
      )
      return {
        observe(value, own = {}) {
          const state = series.get(own)
          state.sum += value
          state.count++
          const at = buckets.findIndex((bound) => value <= bound)
          if (at >= 0) state.counts[at] = (state.counts[at] ?? 0) + 1
        },
      }
    },
    read(name, help, read, type = 'gauge') {
      register(name, type, help, () => {
        const reading = read()
        const values: Reading = typeof reading === 'number' ? [[reading]] : reading
        return [...values].map(([value, own = {}]) => `${name}${rendered(Object.entries(own))} ${number(value)}`)
      })
    },
    render: () => `${[...renderers.values()].flatMap((lines) => lines()).join('\n')}\n`,
  }
}

function histogramLines(name: string, own: [string, string][], buckets: readonly number[], state: Buckets): string[] {
  let sum = 0
  const lines = buckets.map((bound, at) => {
    sum += state.counts[at] ?? 0
    return `${name}_bucket${rendered([...own, ['le', number(bound)]])} ${sum}`
  })
  return [
    ...lines,
    `${name}_bucket${rendered([...own, ['le', '+Inf']])} ${state.count}`,
    `${name}_sum${rendered(own)} ${number(state.sum)}`,
    `${name}_count${rendered(own)} ${state.count}`,
  ]
}
