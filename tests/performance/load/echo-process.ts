/** The process behind `echo.ts`. */
import { createServer } from 'node:http'
import { listenOnFreePort } from '@basalt/testkit'
import { serveParent } from './child.ts'

const server = createServer((_request, response) => response.end('{"id":"1"}'))
const port = listenOnFreePort(server)

serveParent<'url', string>(async () => `http://127.0.0.1:${await port}/`)
