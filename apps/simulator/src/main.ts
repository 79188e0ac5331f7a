/** Thousands of simulated hosts in one process; `--help` tells how it is called. Runs until SIGINT or SIGTERM. */
import { connect } from '@basalt/sdk'
import { createFleet } from './fleet.ts'
import { createLatencies } from './latencies.ts'
import { createFleetMetrics, serveMetrics } from './metrics.ts'
import { readOptions, type SimulatorOptions, USAGE } from './options.ts'
import { createRegistrar } from './registration.ts'
import { follow, readSchedule } from './schedule.ts'

/** Registrations under way at once: each makes a key pair. */
const AT_ONCE = 8

async function eachOf(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker))
}

async function simulate(options: SimulatorOptions): Promise<void> {
  const { prefix, latencyFactor, metricsPort, scheduleFile } = options
  const schedule = scheduleFile ? await readSchedule(scheduleFile) : []
  const log = (line: string): void => console.log(line)
  const metrics = createFleetMetrics()
  const agentUrls = (): readonly string[] => options.agentUrls
  const fleet = createFleet({ agentUrls, latencyMs: createLatencies(latencyFactor), metrics, log })
  metrics.all.read('simulator_hosts', 'Simulated hosts.', () => fleet.hosts.length)
  metrics.all.read('simulator_connected_hosts', 'Hosts that are connected.', fleet.connected)
  metrics.all.read('simulator_guests', 'Guests of all hosts.', () =>
    fleet.hosts.reduce((sum, host) => sum + host.status().domains.length, 0),
  )
  const server = metricsPort === null ? null : await serveMetrics(metrics.all, metricsPort)
  const cloud = await connect(options.connect)
  try {
    const registrar = await createRegistrar(cloud, options)
    await eachOf(options.hosts, async (index) => {
      fleet.add(await registrar.register(`${prefix}-${index + 1}`), index)
    })
  } catch (error) {
    server?.close()
    await fleet.close()
    throw error
  } finally {
    cloud.close()
  }
  log(`${fleet.hosts.length} hosts are registered and connect.`)
  const stopFaults = follow(schedule, fleet.hosts, (fault, host) => {
    metrics.struck(fault)
    log(`${host}: ${fault}`)
  })
  const stop = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    stopFaults()
    server?.close()
    fleet.close().catch(fail)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function fail(error: unknown): void {
  const { message, remedy } = error as Error & { remedy?: string }
  console.error(remedy && !message.includes(remedy) ? `${message} ${remedy}` : message)
  process.exitCode = 1
}

async function main(argv: readonly string[]): Promise<void> {
  const options = await readOptions(argv)
  if (options) await simulate(options)
  else console.log(USAGE)
}

main(process.argv.slice(2)).catch(fail)
