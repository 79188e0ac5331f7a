/** Results as tables for docs/BENCHMARKS.md. */
import type { Measure } from '../../tests/performance/harness/bench.ts'
import type { Result } from '../../tests/performance/harness/result-file.ts'
import { markOf, ratioOf } from '../../tests/performance/harness/show.ts'
import type { Spread } from '../../tests/performance/harness/statistics.ts'

const GIB = 2 ** 30

export const number = (value: number): string => value.toLocaleString('en-GB', { maximumSignificantDigits: 3 })

const spread = ({ median, lowerQuartile, upperQuartile, rounds }: Spread): string =>
  rounds === 1 ? number(median) : `${number(median)} (${number(lowerQuartile)}–${number(upperQuartile)})`

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

function measureRow(measure: Measure): string {
  const { unit, ours, yardstick, beside, reach, note } = measure
  return row([
    measure.measure,
    `${spread(ours)} ${unit}`,
    yardstick ? `${spread(yardstick)}: ${beside}` : '',
    String(ratioOf(measure) ?? ''),
    [reach, note].filter(Boolean).join('; '),
    markOf(measure),
  ])
}

const HEAD = [
  row(['measure', 'ours', 'yardstick', 'ratio', 'reach, remarks', '']),
  '| --- | --- | --- | --- | --- | --- |',
]

function facts({ machine, databases, load, neighbours, quiet, date, commit, parameters, seconds }: Result): string {
  const servers = databases.map(
    ({ version, fsync, synchronousCommit }) =>
      `PostgreSQL ${version} (fsync ${fsync}, synchronous_commit ${synchronousCommit})`,
  )
  const on = [
    `${machine.cores} × ${machine.cpuModel}`,
    `${number(machine.memoryBytes / GIB)} GiB`,
    `Linux ${machine.kernel}`,
    `Node.js ${machine.nodejs}`,
    ...servers,
  ]
  const others = `others used ${neighbours.median} cores in the middle and ${neighbours.most} at most; load ${load.before} before, ${load.after} after`
  const set = Object.entries(parameters).map(([name, value]) => `\`${name}=${value}\``)
  return [
    `${date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, ${seconds} s. ${on.join(', ')}.`,
    `${quiet ? 'Quiet' : '**Not quiet**'}: ${others}.`,
    set.length > 0 ? `${set.join(', ')}.` : '',
  ].join(' ')
}

function sectionOf(result: Result): string {
  const failures = result.failures.map(({ measure, why }) => `- not measured: ${measure}: ${why}`)
  const rows = result.measures.map(measureRow)
  return [
    `### ${result.bench}`,
    facts(result),
    ...(rows.length > 0 ? [[...HEAD, ...rows].join('\n')] : []),
    ...(failures.length > 0 ? [failures.join('\n')] : []),
  ].join('\n\n')
}

export const benchmarks = (results: readonly Result[]): string =>
  results.length > 0 ? results.map(sectionOf).join('\n\n') : 'Nothing has been measured yet: `npm run bench -- --keep`.'
