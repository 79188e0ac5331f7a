/** The process behind `refuser.ts`. */
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuthority } from '@basalt/pki'
import { listenOnFreePort } from '@basalt/testkit'
import { serveParent } from './child.ts'
import type { RefuserFacts } from './refuser.ts'

const KEEP_ALIVE_MS = 75_000

async function start(): Promise<RefuserFacts> {
  const authority = await openAuthority({ directory: await mkdtemp(join(tmpdir(), 'refuser-')) })
  const { certificatePem, keyPem } = await authority.issueServerCertificate({
    dnsNames: [],
    ipAddresses: ['127.0.0.1'],
  })
  const server = createServer({ cert: certificatePem, key: keyPem, minVersion: 'TLSv1.3' }, (request, response) => {
    request.resume().on('end', () => response.writeHead(503).end('{"code":"OVERLOADED"}'))
  })
  // As long as ours: what is compared is answers, not new connections.
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return { url: `https://127.0.0.1:${await listenOnFreePort(server)}`, ca: authority.certificatePem }
}

const started = start()

serveParent<'facts', RefuserFacts>(() => started)
