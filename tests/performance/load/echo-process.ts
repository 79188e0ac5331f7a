/** The process behind `echo.ts`. */
import { mkdtemp } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuthority } from '@basalt/pki'
import { listenOnFreePort } from '@basalt/testkit'
import { serveParent } from './child.ts'
import type { EchoAddress, Scheme } from './echo.ts'

/** As long as ours: what is compared is answers, not new connections. */
const KEEP_ALIVE_MS = 75_000

const answer: RequestListener = (_request, response) => void response.end('{"id":"1"}')

async function startPlain(): Promise<EchoAddress> {
  return {
    url: `http://127.0.0.1:${await listenOnFreePort(createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer))}`,
  }
}

async function startTls(): Promise<EchoAddress> {
  const authority = await openAuthority({ directory: await mkdtemp(join(tmpdir(), 'echo-')) })
  const names = { dnsNames: [], ipAddresses: ['127.0.0.1'] }
  const { certificatePem: cert, keyPem: key } = await authority.issueServerCertificate(names)
  const server = createTlsServer({ cert, key, minVersion: 'TLSv1.3', keepAliveTimeout: KEEP_ALIVE_MS }, answer)
  return { url: `https://127.0.0.1:${await listenOnFreePort(server)}`, ca: authority.certificatePem }
}

const start: Record<Scheme, () => Promise<EchoAddress>> = { http: startPlain, https: startTls }
const started = new Map<Scheme, Promise<EchoAddress>>()

serveParent<Scheme, EchoAddress>((scheme) => {
  const address = started.get(scheme) ?? start[scheme]()
  started.set(scheme, address)
  return address
})
