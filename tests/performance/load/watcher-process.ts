/** The process behind `watcher.ts`. */
import { request } from 'node:https'
import { serveParent } from './child.ts'
import type { Watched, WatcherQuestion } from './watcher.ts'

let delays: number[] = []

function taken(text: string): void {
  const now = Date.now()
  for (const line of text.split('\n')) {
    const at = /"at":"([^"]+)"/.exec(line)?.[1]
    if (line.startsWith('data: ') && at) delays.push(now - Date.parse(at))
  }
}

function watch({ url, ca, token, kinds }: WatcherQuestion & { type: 'watch' }): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const outgoing = request(new URL(`/v1/events?kind=${kinds}`, url), { ca, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`the stream was answered ${response.statusCode}`))
      let rest = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const text = rest + chunk
        const end = text.lastIndexOf('\n')
        rest = text.slice(end + 1)
        taken(text.slice(0, end))
      })
      resolve()
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

serveParent(async (question: WatcherQuestion): Promise<Watched> => {
  if (question.type === 'watch') await watch(question)
  const watched = { events: delays.length, delaysMs: Float64Array.from(delays) }
  delays = []
  return watched
})
