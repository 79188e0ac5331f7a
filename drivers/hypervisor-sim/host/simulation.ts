import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ledger, openLedger } from '@basalt/transport'
import { createSimulatedAgent, type SimulatedAgent } from './agent.ts'
import type { SimulatedHostConfig, SimulationConfig } from './config.ts'
import { createSimulatedHost, type SimulatedHost, type SimulatedPools } from './driver.ts'
import { keepPools } from './kept-pools.ts'
import { directoryOf, identityOf, renewIfDue } from './registration.ts'

/** Simulated hosts that are connected to a control plane. */
export interface Simulation {
  hosts: SimulatedHost[]
  close(): Promise<void>
}

const RENEWAL_CHECK_MS = 3_600_000

/**
 * Registers the hosts that are new, connects all of them, and renews their certificates in time. They share their storage but for
 * `local` pools, and what lies in it is there again when they come back. `log` is told, in words, what an operator wants to know.
 */
export async function startSimulation(config: SimulationConfig, log: (line: string) => void): Promise<Simulation> {
  await mkdir(config.stateDir, { recursive: true, mode: 0o700 })
  const kept = await keepPools(join(config.stateDir, 'pools.json'), ({ message }) => log(`pools: ${message}`))
  const { pools } = kept
  const running: RunningHost[] = []
  const close = async () => {
    await Promise.all(running.map((one) => one.close()))
    await kept.close()
  }
  try {
    for (const host of config.hosts) running.push(await startHost(config, host, { pools, log }))
  } catch (error) {
    await close()
    throw error
  }
  return { hosts: running.map(({ host }) => host), close }
}

interface RunningHost {
  host: SimulatedHost
  close(): Promise<void>
}

interface Surroundings {
  pools: SimulatedPools
  log: (line: string) => void
}

async function startHost(
  config: SimulationConfig,
  own: SimulatedHostConfig,
  { pools, log }: Surroundings,
): Promise<RunningHost> {
  const { name, memoryBytes, cpus, bootMs } = own
  const identity = await identityOf(config, own)
  const ledger: Ledger = await openLedger({ path: join(directoryOf(config, own), 'ledger') })
  const host = createSimulatedHost({ name, memoryBytes, cpus, bootMs, pools })
  const agent = createSimulatedAgent({
    host,
    urls: config.urls,
    identity,
    ledger,
    onChange(change) {
      const why = change.state === 'disconnected' ? `: ${change.reason.message}` : ''
      log(`${name}: ${change.state}${why}`)
    },
    onProblem: (error) => log(`${name}: ${(error as Error).message}`),
  })
  const stopRenewing = keepFresh(config, own, { agent, identity, log })
  return {
    host,
    async close() {
      stopRenewing()
      await agent.close()
      await ledger.close()
    },
  }
}

function keepFresh(
  config: SimulationConfig,
  own: SimulatedHostConfig,
  {
    agent,
    identity,
    log,
  }: { agent: SimulatedAgent; identity: Awaited<ReturnType<typeof identityOf>>; log: Surroundings['log'] },
): () => void {
  let current = identity
  const renew = async () => {
    const renewed = await renewIfDue(config, own, current)
    if (!renewed) return
    current = renewed
    agent.updateIdentity(renewed)
  }
  const check = () => void renew().catch((error: Error) => log(`${own.name}: not renewed: ${error.message}`))
  check()
  const timer = setInterval(check, RENEWAL_CHECK_MS)
  return () => clearInterval(timer)
}
