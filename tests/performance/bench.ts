/**
 * `npm run bench [-- name...]`: each measure beside a yardstick taken in the same run, in turns. docs/BENCHMARKS.md tells how to read
 * them.
 */

import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { changesOf } from './harness/compare.ts'
import { benchNames, benchOf } from './harness/registry.ts'
import { keptFile, latestFile, readResults } from './harness/result-file.ts'
import { runBench } from './harness/runner.ts'
import { changeLine } from './harness/show.ts'

const USAGE = `npm run bench -- [--keep] [name...]
       npm run bench -- --list
       npm run bench -- --compare OLD.json...

  name...     these benches; all but those that run on demand unless told
  --keep      keep the results for docs/BENCHMARKS.md, besides those of the last run, which are not committed
  --list      what there is, and what can be set
  --compare   how the last run on this machine differs from older results, measure by measure; nothing is measured
`

async function list(): Promise<void> {
  for (const name of benchNames) {
    const { about, parameters, limitMinutes, onDemand, needsRoot } = await benchOf(name)
    const marks = [onDemand && 'on demand', needsRoot && 'as root', `ended after ${limitMinutes} min`].filter(Boolean)
    console.log(`${name}: ${about} (${marks.join(', ')})`)
    for (const each of Object.values(parameters)) console.log(`    ${each.environment}=${each.value}  ${each.about}`)
  }
}

async function compare(files: readonly string[]): Promise<void> {
  for (const former of await readResults(files)) {
    const latest = latestFile(former.bench)
    const [latter] = await readResults([existsSync(latest) ? latest : keptFile(former.bench)])
    if (!latter) continue
    console.log(`${former.bench}: ${former.date} (${former.commit}) and ${latter.date} (${latter.commit})`)
    for (const change of changesOf(former, latter)) console.log(changeLine(change))
    if (!former.quiet || !latter.quiet) console.log('NOT QUIET: the machine had other work during one of them')
  }
}

async function defaults(): Promise<string[]> {
  const isRoot = process.getuid?.() === 0
  const wanted = await Promise.all(
    benchNames.map(async (name) => {
      const { onDemand, needsRoot } = await benchOf(name)
      return !onDemand && (isRoot || !needsRoot)
    }),
  )
  return benchNames.filter((_, index) => wanted[index])
}

async function run(names: readonly string[], keep: boolean): Promise<void> {
  for (const name of names) {
    console.log(`\n=== ${name}`)
    const { complete, interrupted } = await runBench(name, await benchOf(name), keep)
    if (!complete) process.exitCode = 1
    if (interrupted) return
  }
}

const { values, positionals } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
})
const unknown = values.compare ? [] : positionals.filter((name) => !benchNames.includes(name))
if (values.help) console.log(USAGE)
else if (values.list) await list()
else if (values.compare) await compare(positionals)
else if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${benchNames.join(', ')}.`)
  process.exitCode = 2
} else await run(positionals.length > 0 ? positionals : await defaults(), values.keep)
