/** As many agents as were promised: on two nodes, since a process has a limit of open files that is often lower. */
import type { Bench } from '../harness/bench.ts'
import { agentsBench } from './agents.ts'

export const bench: Bench = {
  ...agentsBench('25,000 agents on two nodes: what `agents` measures, at the size that was promised', {
    agents: 25_000,
    nodes: 2,
  }),
  limitMinutes: 25,
  onDemand: true,
}
