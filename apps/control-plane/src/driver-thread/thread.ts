/** Runs in a thread of its own: makes one driver and carries out its calls. Started by `isolated-driver.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { type DriverSource, type FromThread, type PlainError, SIGNAL, type ToThread } from './messages.ts'

type Driver = Record<string, (...args: unknown[]) => unknown>

/** Drivers of this build, so that a bundle holds them; others are loaded from where they are. */
const BUILT_IN: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  '@basalt/network-ovn/control': () => import('@basalt/network-ovn/control'),
}

const port = parentPort
if (!port) throw new Error('this file is the thread of a driver; it is not run by itself')
const send = (message: FromThread): void => port.postMessage(message)

function plain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) }
  const { name, message, stack } = error
  const { code, remedy, details } = error as Error & Record<string, unknown>
  return {
    name,
    message,
    stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof remedy === 'string' ? { remedy } : {}),
    ...(details === undefined ? {} : { details: JSON.parse(JSON.stringify(details)) as unknown }),
  }
}

async function make({ module, factory, options }: DriverSource): Promise<Driver> {
  const loaded = await (BUILT_IN[module]?.() ?? import(module))
  return (loaded[factory] as (options: unknown) => Driver)(options)
}

const making = make(workerData as DriverSource)
making.then(
  () => send({ type: 'ready' }),
  (error: unknown) => {
    // Ends the thread; its calls are told why.
    throw error
  },
)

const calls = new Map<number, AbortController>()

async function run({ id, method, args }: Extract<ToThread, { type: 'call' }>): Promise<void> {
  const controller = new AbortController()
  calls.set(id, controller)
  try {
    const driver = await making
    const own = args.map((arg) => (arg === SIGNAL ? controller.signal : arg))
    send({ type: 'value', id, value: await driver[method]?.(...own) })
  } catch (error) {
    send({ type: 'error', id, error: plain(error) })
  } finally {
    calls.delete(id)
  }
}

port.on('message', (message: ToThread) => {
  if (message.type === 'ping') send({ type: 'pong' })
  else if (message.type === 'cancel') calls.get(message.id)?.abort()
  else void run(message)
})
