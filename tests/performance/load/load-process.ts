/** The process behind `load.ts`. */
import { openDatabase } from '@basalt/kernel'
import { closedLoop, countedLoop, type Outcome, steadyLoop, type Work } from './callers.ts'
import { serveParent } from './child.ts'
import { type Asked, type Connection, openConnection } from './http-connection.ts'
import { groupCommittedInserts } from './inserts.ts'
import type { HttpLoad, LoadRequest, Pace, SqlLoad, Target } from './load.ts'

interface Ready {
  work: Work
  close(): Promise<void>
}

/** Numbers go on over all that this process is asked for, and differ from those of another process. */
let number = process.pid * 10_000_000

function numbered({ path, body, headers, ...rest }: Asked): Asked {
  const fresh = String(++number)
  const key = headers?.['idempotency-key']
  return {
    ...rest,
    headers: key ? { ...headers, 'idempotency-key': key.replace('{n}', fresh) } : headers,
    path: path.replace('{n}', fresh),
    ...(body === undefined ? {} : { body: body.replace('{n}', fresh) }),
  }
}

async function readyHttp({ url, others = [], ca, asked, failsOver }: HttpLoad, { callers }: Pace): Promise<Ready> {
  const urls = [url, ...others]
  const connections: Connection[] = []
  const nodeOf: number[] = []
  async function connect(caller: number, node: number): Promise<void> {
    nodeOf[caller] = node % urls.length
    connections[caller]?.close()
    connections[caller] = await openConnection(urls[node % urls.length] as string, { ca })
  }
  for (let caller = 0; caller < callers; caller++) await connect(caller, caller)

  async function ask(caller: number, question: Asked): Promise<number> {
    for (let tried = 1; ; tried++) {
      try {
        if (tried > 1) await connect(caller, (nodeOf[caller] as number) + 1)
        return await (connections[caller] as Connection).ask(question)
      } catch (error) {
        if (!failsOver || tried > urls.length) throw error
      }
    }
  }
  let turn = 0
  return {
    work: (caller) => ask(caller, numbered(asked[turn++ % asked.length] as Asked)),
    async close() {
      for (const connection of connections) connection.close()
    },
  }
}

async function readySql({ url, connections, text, values }: SqlLoad): Promise<Ready> {
  const database = openDatabase(url, { maxConnections: connections })
  let turn = 0
  return {
    async work() {
      await database.query(text, values[turn++ % values.length])
      return 200
    },
    close: () => database.close(),
  }
}

async function ready(target: Target, pace: Pace): Promise<Ready> {
  if (target.kind === 'http') return readyHttp(target, pace)
  return target.kind === 'sql' ? readySql(target) : groupCommittedInserts(target)
}

function run({ callers, durationMs = 0, count, perSecond }: Pace, work: Work): Promise<Outcome> {
  if (count !== undefined) return countedLoop(callers, count, work)
  if (perSecond !== undefined) return steadyLoop({ callers, durationMs, perSecond }, work)
  return closedLoop(callers, durationMs, work)
}

serveParent(async ({ target, pace }: LoadRequest): Promise<Outcome> => {
  const { work, close } = await ready(target, pace)
  try {
    return await run(pace, work)
  } finally {
    await close()
  }
})
