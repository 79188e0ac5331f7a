/** Sagas per second of the engine alone, on a journal that keeps nothing: `tsx packages/saga/bench.ts [runs]`. */
import { randomUUID } from 'node:crypto'
import { createSagaEngine, createSagaRegistry, defineSaga, type Journal, noUndo } from './src/index.ts'

interface Deps {
  work(): Promise<void>
}

const runs = Number(process.argv[2] ?? 20_000)
const undo = noUndo('a benchmark leaves nothing')
const step = ({ work }: Deps) => work()
const saga = defineSaga<number, Deps>()('bench', { ids: ['vm'] })
  .step('one', step, undo)
  .step('two', step, undo)
  .step('three', step, undo)
  .step('four', step, undo)
  .step('five', step, undo)
  .step('six', step, undo)

const registry = createSagaRegistry<Deps>()
registry.register(saga)
const journal: Journal = { record: async () => {}, finish: async () => {} }
const engine = createSagaEngine<Deps>({ registry, journal, bind: () => ({ work: async () => {} }) })
const begin = performance.now()
const cpuBegin = process.cpuUsage()
const ends = await Promise.all(
  Array.from({ length: runs }, (_, input) => {
    const ids = { vm: randomUUID() }
    return engine.start({ runId: randomUUID(), saga: 'bench', version: 1, epoch: 1, resources: [ids.vm], input, ids })
  }),
)
const seconds = (performance.now() - begin) / 1000
const succeeded = ends.filter(({ outcome }) => outcome === 'succeeded').length
const cpu = process.cpuUsage(cpuBegin)
const cpuSeconds = (cpu.user + cpu.system) / 1e6
console.log(JSON.stringify({ runs, succeeded, seconds, cpuSeconds, sixStepSagasPerSecond: Math.round(runs / seconds) }))
