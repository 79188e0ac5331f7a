/** A client of the event stream that cuts the connection when it has seen enough. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { ControlPlane } from '@basalt/control-plane'

export interface Seen {
  /** Cursor to go on from. */
  id: string
  kind: string
  resource: string
  change: string
  data: Record<string, unknown> & { version: number; account?: string }
}

/** Reads the stream from a cursor until `enough` says so, then cuts the connection. */
export async function followStream(
  { apiUrl, caPem }: Pick<ControlPlane, 'apiUrl' | 'caPem'>,
  token: string,
  cursor: string | null,
  query: string,
  enough: (seen: Seen[]) => boolean,
): Promise<{ seen: Seen[]; cursor: string | null; contentType: string | undefined }> {
  const outgoing = request(new URL(`/v1/events${query}`, apiUrl), {
    ca: caPem,
    headers: { authorization: `Bearer ${token}`, ...(cursor ? { 'last-event-id': cursor } : {}) },
  })
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const seen: Seen[] = []
  let last = cursor
  let text = ''
  response.setEncoding('utf8')
  for await (const chunk of response) {
    text += chunk
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const id = /^id: (.*)$/m.exec(frame)?.[1]
      const data = /^data: (.*)$/m.exec(frame)?.[1]
      if (id) last = id
      if (data) seen.push({ ...JSON.parse(data), id })
    }
    if (enough(seen)) break
  }
  outgoing.destroy()
  return { seen, cursor: last, contentType: response.headers['content-type'] }
}
