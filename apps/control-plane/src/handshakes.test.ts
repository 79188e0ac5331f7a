import { EventEmitter } from 'node:events'
import type { Server } from 'node:https'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { handshakesAtOnce, limitHandshakes } from './handshakes.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('[infra.host-agent] a node takes on as many handshakes as it gets done in three seconds, some at least and not too many', () => {
  expect(handshakesAtOnce(0, 1_000)).toBe(250)
  expect(handshakesAtOnce(200, 1_000)).toBe(600)
  expect(handshakesAtOnce(200, 2_000)).toBe(300)
  expect(handshakesAtOnce(900, 1_000)).toBe(1_000)
})

test('[infra.host-agent] hosts that are connected do not count, and a node that has become slow takes on fewer', () => {
  const server = new EventEmitter() as unknown as Server
  limitHandshakes(server)
  expect(server.maxConnections).toBe(250)
  const sockets = Array.from({ length: 300 }, () => new EventEmitter())
  for (const socket of sockets) server.emit('secureConnection', socket)
  expect(server.maxConnections).toBe(550)
  vi.advanceTimersByTime(1_000)
  expect(server.maxConnections).toBe(300 + 900)
  vi.advanceTimersByTime(1_000)
  expect(server.maxConnections).toBe(300 + 250)
  for (const socket of sockets) socket.emit('close')
  expect(server.maxConnections).toBe(250)
  server.emit('close')
  expect(vi.getTimerCount()).toBe(0)
})
