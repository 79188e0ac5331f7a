/** All benches, in the order they run. */
import type { Bench } from './bench.ts'

const load: Record<string, () => Promise<{ bench: Bench }>> = {
  idle: () => import('../benches/idle.ts'),
  api: () => import('../benches/api.ts'),
  creates: () => import('../benches/creates.ts'),
  placement: () => import('../benches/placement.ts'),
  events: () => import('../benches/events.ts'),
  restart: () => import('../benches/restart.ts'),
  overload: () => import('../benches/overload.ts'),
  agents: () => import('../benches/agents.ts'),
  'many-agents': () => import('../benches/many-agents.ts'),
  scale: () => import('../benches/scale.ts'),
  nodes: () => import('../benches/nodes.ts'),
  growth: () => import('../benches/growth.ts'),
  quota: () => import('../benches/quota.ts'),
  logins: () => import('../benches/logins.ts'),
  query: () => import('../benches/query.ts'),
  console: () => import('../benches/console.ts'),
  boot: () => import('../benches/boot.ts'),
  soak: () => import('../benches/soak.ts'),
  'ovn-growth': () => import('../benches/ovn-growth.ts'),
}

export const benchNames: readonly string[] = Object.keys(load)

export async function benchOf(name: string): Promise<Bench> {
  const found = load[name]
  if (!found) throw new Error(`There is no bench ${name}; there are ${benchNames.join(', ')}.`)
  return (await found()).bench
}
