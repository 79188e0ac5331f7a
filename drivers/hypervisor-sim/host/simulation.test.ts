import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { startSimulation } from './simulation.ts'
import { startControlPlane, type TestControlPlane } from './test-control-plane.ts'

describe('simulation', () => {
  let plane: TestControlPlane
  beforeEach(async () => {
    plane = await startControlPlane()
  })
  afterEach(() => plane.stop())

  const config = async (tokens: boolean) => {
    const path = join(plane.directory, 'simulation.json')
    const hosts = ['sim-1', 'sim-2'].map((name) => ({ name, ...(tokens && { token: plane.token(name) }) }))
    await writeFile(path, JSON.stringify({ urls: [plane.url], stateDir: join(plane.directory, 'state'), hosts }))
    return path
  }
  const bothConnected = () => Promise.all([plane.nextConnection('sim-1'), plane.nextConnection('sim-2')])

  test('hosts register once and connect, and connect again without their tokens', async () => {
    for (const tokens of [true, false]) {
      const connected = bothConnected()
      const simulation = await startSimulation(await readConfig(await config(tokens)), () => undefined)
      const [first] = await connected
      expect(first.hello.inventory).toMatchObject({ hostname: 'sim-1', virtualization: 'simulated' })
      await simulation.close()
    }
  })

  test('a host that never registered needs a token', async () => {
    const starting = startSimulation(await readConfig(await config(false)), () => undefined)
    await expect(starting).rejects.toMatchObject({ code: 'TOKEN_MISSING' })
  })

  test('runs as a program until it is told to stop', async () => {
    const connected = bothConnected()
    const program = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('./main.ts', import.meta.url)), await config(true)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const ended = once(program, 'exit')
    try {
      await Promise.race([connected, failOn(program)])
      program.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    } finally {
      program.kill('SIGKILL')
    }
  })
})

async function failOn(program: ChildProcess): Promise<never> {
  const [code] = await once(program, 'exit')
  throw new Error(`the program ended with ${code}`)
}

describe('configuration', () => {
  test.each([
    ['no JSON', 'urls: []'],
    ['a list', '[]'],
    ['no addresses', JSON.stringify({ stateDir: '/s', hosts: [{ name: 'a' }] })],
    ['an address in clear text', JSON.stringify({ urls: ['http://a'], stateDir: '/s', hosts: [{ name: 'a' }] })],
    ['a relative directory', JSON.stringify({ urls: ['https://a'], stateDir: 's', hosts: [{ name: 'a' }] })],
    ['no hosts', JSON.stringify({ urls: ['https://a'], stateDir: '/s', hosts: [] })],
    ['a path for a name', JSON.stringify({ urls: ['https://a'], stateDir: '/s', hosts: [{ name: '../a' }] })],
    ['one name twice', JSON.stringify({ urls: ['https://a'], stateDir: '/s', hosts: [{ name: 'a' }, { name: 'a' }] })],
    ['no cpus', JSON.stringify({ urls: ['https://a'], stateDir: '/s', hosts: [{ name: 'a', cpus: 0 }] })],
  ])('%s is refused', async (_what, text) => {
    const directory = await mkdtemp(join(tmpdir(), 'basalt-sim-'))
    try {
      const path = join(directory, 'simulation.json')
      await writeFile(path, text)
      await expect(readConfig(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
