/** What lies between a node and its database: it can be cut, for all connections or some, and it can stand still. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { listenOnFreePort } from '@basalt/testkit'

export interface DatabaseLink {
  /** Connection string by way of this link. */
  readonly url: string
  /** Breaks every connection, and refuses new ones until `mend`. */
  cut(): void
  /** Breaks those connections that `strikes`. */
  snap(strikes: () => boolean): void
  /** Nothing is carried, nothing is refused, until `mend`. */
  freeze(): void
  mend(): void
  /** Transactions that the node has asked to commit. */
  commits(): number
  close(): Promise<void>
}

/** A simple query of the wire protocol: type, length, text. */
const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1')

interface Pair {
  near: Socket
  far: Socket
}

/** @param databaseUrl as `pg` has it, with a directory of sockets or a host */
function dial(databaseUrl: URL): Socket {
  const host = decodeURIComponent(databaseUrl.hostname)
  const port = databaseUrl.port || '5432'
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(Number(port), host)
}

export async function openDatabaseLink(databaseUrl: string): Promise<DatabaseLink> {
  const target = new URL(databaseUrl)
  const pairs = new Set<Pair>()
  let state: 'whole' | 'cut' | 'frozen' = 'whole'
  let commits = 0

  const breakPair = (pair: Pair): void => {
    pairs.delete(pair)
    pair.near.destroy()
    pair.far.destroy()
  }
  const server = createServer((near) => {
    const pair = { near, far: dial(target) }
    if (state === 'cut') return breakPair(pair)
    pairs.add(pair)
    for (const [from, to] of [
      [pair.near, pair.far],
      [pair.far, pair.near],
    ] as const) {
      from.setNoDelay(true)
      from.on('data', (chunk: Buffer) => {
        if (from === near && chunk.includes(COMMIT)) commits++
        to.write(chunk)
      })
      from.on('error', () => breakPair(pair))
      from.on('close', () => breakPair(pair))
    }
    if (state === 'frozen') for (const socket of [pair.near, pair.far]) socket.pause()
  })
  const port = await listenOnFreePort(server)
  const near = new URL(databaseUrl)
  const url = `postgresql://${near.username}@127.0.0.1:${port}${near.pathname}`

  return {
    url,
    cut() {
      state = 'cut'
      for (const pair of pairs) breakPair(pair)
    },
    snap(strikes) {
      for (const pair of pairs) if (strikes()) breakPair(pair)
    },
    freeze() {
      state = 'frozen'
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.pause()
    },
    mend() {
      state = 'whole'
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.resume()
    },
    commits: () => commits,
    async close() {
      for (const pair of pairs) breakPair(pair)
      server.close()
      await once(server, 'close')
    },
  }
}
