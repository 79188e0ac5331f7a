/** A plain HTTPS client of the API, which shows answers as they are. */
import { request } from 'node:https'

export interface Answer<Body = Record<string, unknown>> {
  status: number
  body: Body
  headers: NodeJS.Dict<string | string[]>
}

export interface Call {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  /** Sent as it is, in place of a JSON body. */
  raw?: Buffer
  token?: string
  headers?: Record<string, string>
  /** The caller goes away. */
  signal?: AbortSignal
}

export type Http = (call: Call) => Promise<Answer>

const TIMEOUT_MS = 120_000

export function httpClient(baseUrl: string, caPem: string): Http {
  return ({ method, path, body, raw, token, headers = {}, signal }) =>
    new Promise((resolve, reject) => {
      const json = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      const payload = raw ?? json
      const outgoing = request(new URL(path, baseUrl), {
        method,
        ca: caPem,
        signal,
        timeout: TIMEOUT_MS,
        headers: {
          ...(payload
            ? {
                'content-length': payload.length,
                'content-type': raw ? 'application/octet-stream' : 'application/json',
              }
            : {}),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
      })
      outgoing.on('error', reject)
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)))
      outgoing.on('response', async (response) => {
        try {
          const chunks: Buffer[] = []
          for await (const chunk of response) chunks.push(chunk as Buffer)
          const text = Buffer.concat(chunks).toString('utf8')
          const isJson = /json/.test(response.headers['content-type'] ?? '')
          resolve({
            status: response.statusCode ?? 0,
            body: isJson ? JSON.parse(text) : { text },
            headers: response.headers,
          })
        } catch (error) {
          reject(error)
        }
      })
      outgoing.end(payload)
    })
}
