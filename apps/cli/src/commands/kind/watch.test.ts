/** `--watch`, `wait` and `--wait`, on pipes and at a terminal, across lost connections. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CommandLine, commandLine, createVm } from '../../cli.testkit.ts'

let cli: CommandLine

beforeAll(async () => {
  cli = await commandLine({ recycleBin: true, settings: { plugins: [{ plugin: '@basalt/plugin-maintenance' }] } })
})
afterAll(() => cli?.close())

interface Running {
  child: ChildProcess
  /** Everything it printed so far; escape characters as `␛`. */
  seen(): string
  ended: Promise<number | null>
}

function follow(child: ChildProcess): Running {
  let seen = ''
  child.stdout?.on('data', (chunk) => {
    seen += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(() => void child.kill())
  return { child, seen: () => seen.replaceAll('\u001b', '␛'), ended }
}

/** At a terminal of so many columns. */
function atTerminal(who: string, words: string[], columns = 80, extra: Record<string, string> = {}): Running {
  const command = `stty cols ${columns} rows 20; exec '${process.execPath}' '${cli.bundle}' ${words.map((word) => `'${word}'`).join(' ')}`
  const env = { ...cli.variables(who), TERM: 'xterm', ...extra }
  return follow(spawn('script', ['-qfec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'ignore'] }))
}

const contains = ({ seen }: Running, text: string | RegExp) =>
  until(`it shows ${text}`, () => (typeof text === 'string' ? seen().includes(text) : text.test(seen())) || null)

/** A way to the API that can be cut. */
async function cuttableWay(): Promise<{ url: string; cut(): void; server: Server }> {
  const { hostname, port, protocol } = new URL(cli.env.controlPlane().apiUrl)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port: own } = server.address() as { port: number }
  return {
    server,
    url: `${protocol}//127.0.0.1:${own}`,
    cut: () => void [...sockets].map((socket) => socket.destroy()),
  }
}

test('[api.cli] [core.events] a list is watched by a query: rows come, change and leave', async () => {
  const words = ['zone', 'list', '--watch', '-q', "name ~ 'seen-*' and description is not null", '-o', 'json']
  const watch = follow(cli.start('operator', words))
  await until('it listens', async () => {
    const id = await cli.ok('operator', 'zone', 'create', 'seen-first', '-o', 'id')
    await cli.ok('operator', 'zone', 'delete', id, '--yes')
    return watch.seen().includes('seen-first') || null
  })
  await cli.ok('operator', 'zone', 'create', 'unseen')
  await cli.ok('operator', 'zone', 'create', 'seen-second')
  await cli.ok('operator', 'zone', 'update', 'seen-second', '--name', 'hidden')
  await contains(watch, '"left"')
  const changes = watch
    .seen()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ resource }) => resource.name !== 'seen-first')
  expect(changes.map(({ change, resource }) => [change, resource.name])).toEqual([
    ['created', 'seen-second'],
    ['left', 'hidden'],
  ])
  watch.child.kill('SIGINT')
  expect(await watch.ended).toBe(0)
  await cli.ok('operator', 'zone', 'delete', 'unseen', 'hidden', '--yes')
})

test('[api.cli] at a terminal the table is drawn in place, and "q" ends it cleanly', async () => {
  const watch = atTerminal('operator', ['zone', 'list', '--watch', '-q', "name ~ 'drawn*'"])
  await contains(watch, '0 zones. Live; q ends it.')
  const id = await cli.ok('operator', 'zone', 'create', 'drawn', '-o', 'id')
  await contains(watch, /␛\[\d+A\r␛\[J[^␛]*drawn/)
  await contains(watch, '1 zone. Live')
  await cli.ok('operator', 'zone', 'delete', id, '--yes')
  await contains(watch, /␛\[J[^␛]*0 zones\. Live[^␛]*$/)
  watch.child.stdin?.write('q')
  expect(await watch.ended).toBe(0)
  expect(watch.seen()).toMatch(/␛\[\?7h␛\[\?25h/)
})

test('[api.cli] Ctrl-C ends a watch as well, and the terminal is as before', async () => {
  const watch = atTerminal('operator', ['zone', 'get', 'zone1', '--watch'])
  await contains(watch, 'Live; q ends it.')
  await cli.ok('operator', 'zone', 'update', 'zone1', '--description', 'seen at once')
  await contains(watch, 'seen at once')
  watch.child.stdin?.write('\u0003')
  expect(await watch.ended).toBe(0)
})

test('[api.cli] [core.events] a lost connection is told, opened again, and nothing is missed', async () => {
  const way = await cuttableWay()
  const kept = await readFile(`${cli.directory}/operator/.config/basalt/credentials.json`, 'utf8')
  const { token } = JSON.parse(kept).profiles.default
  const extra = { BASALT_URL: way.url, BASALT_TOKEN: token, BASALT_CA_FILE: `${cli.directory}/ca.pem` }
  const lines = follow(cli.start('operator', ['zone', 'list', '--watch'], extra))
  const table = atTerminal('operator', ['zone', 'list', '--watch'], 80, extra)
  await contains(table, 'Live; q ends it.')
  await until('the lines are live', async () => {
    const id = await cli.ok('operator', 'zone', 'create', 'before', '-o', 'id')
    await cli.ok('operator', 'zone', 'delete', id, '--yes')
    return lines.seen().includes('before') || null
  })
  way.cut()
  const id = await cli.ok('operator', 'zone', 'create', 'meanwhile', '-o', 'id')
  await contains(table, 'The connection was lost; trying again.')
  await contains(lines, /created\s+meanwhile/)
  await contains(table, /meanwhile[^␛]*Live/)
  await cli.ok('operator', 'zone', 'delete', id, '--yes')
  for (const { child } of [lines, table]) child.kill()
})

test('[api.cli] one is watched until it is gone', async () => {
  const id = await cli.ok('operator', 'zone', 'create', 'brief', '-o', 'id')
  const watch = follow(cli.start('operator', ['zone', 'get', 'brief', '--watch', '-o', 'json']))
  await contains(watch, '"brief"')
  await until('the change is seen', async () => {
    await cli.ok('operator', 'zone', 'update', id, '--description', `${Math.random()}`)
    return watch.seen().trim().split('\n').length > 1 || null
  })
  await cli.ok('operator', 'zone', 'delete', id, '--yes')
  expect(await watch.ended).toBe(0)
  const versions = watch
    .seen()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).version)
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
})

test('[api.cli] [core.async] wait ends when it is so, when it cannot be, and when time is over', async () => {
  await cli.ok('ada', ...createVm('awaited'))
  expect(await cli.ok('ada', 'wait', 'vm', 'awaited', '--for', 'state=running', '--for', 'vcpus=1')).toBe(
    'VM "awaited": state=running, vcpus=1.',
  )
  const late = await cli.run('ada', ['wait', 'vm', 'awaited', '--for', 'state=stopped', '--timeout', '300ms'])
  expect(late).toMatchObject({ code: 5, err: expect.stringContaining('time ran out before state=stopped') })
  await cli.ok('ada', 'vm', 'delete', 'awaited', '--yes')
  expect(await cli.ok('ada', 'wait', 'vms', 'awaited', '--for', 'deleted')).toContain('deleted')
  expect(await cli.run('ada', ['wait', 'vm', 'awaited', '--for', 'deleted'])).toMatchObject({ code: 0 })
  const wrong = await cli.run('ada', ['wait', 'vm', 'x', '--for', 'mood=good'])
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('"mood=good" is not understood') })
  await cli.ok('operator', 'offering', 'create', 'giant', '--vcpus', '200', '--memory', '1TiB')
  const big = ['vm', 'create', 'big', '--image', 'tiny', '--offering', 'giant', '--network', 'net1']
  await cli.ok('ada', ...big)
  const broken = await cli.run('ada', ['wait', 'vm', 'big', '--for', 'state=running'])
  expect(broken).toMatchObject({ code: 3, err: expect.stringContaining('The VM "big" is failed.') })
})

test('[api.cli] [core.async] progress is shown while waiting; Ctrl-C says how to go on, and cancels nothing', async () => {
  const held = cli.env.hosts[0]?.faults.hangNext('start')
  const waiting = atTerminal('ada', createVm('slow', '--wait'), 120)
  await contains(waiting, /░+\s+\d+ %/)
  waiting.child.stdin?.write('\u0003')
  expect(await waiting.ended).toBe(130)
  held?.release()
  const [, id = ''] = /It goes on without us. Follow it with: basalt task watch (\S+)/.exec(waiting.seen()) ?? []
  expect(await cli.ok('ada', 'task', 'watch', id, '--timeout', '60s')).toMatch(/succeeded\.$/)
  const late = await cli.run('ada', ['vm', 'stop', 'slow', '--wait', '--wait-timeout', '1ms'])
  expect(late).toMatchObject({ code: 5, err: expect.stringContaining('basalt task watch') })
})

test('[api.cli] a table drops what has no room, by importance, and says so; colours only at a terminal', async () => {
  const narrow = atTerminal('operator', ['host', 'list'], 44, { NO_COLOR: '' })
  expect(await narrow.ended).toBe(0)
  expect(narrow.seen()).toContain('␛[32mup')
  const plain = narrow.seen().replace(/␛\[\d+m/g, '')
  expect(plain).toMatch(/^NAME {3}STATE {2}ENABLED {2}\S+/)
  expect(plain).not.toContain('MEMORY RESERVED  ')
  for (const line of plain.split('\n').slice(0, 2)) expect(line.trimEnd().length).toBeLessThanOrEqual(44)
  expect((await cli.ok('operator', 'host', 'list')).split('\n')[0]).toMatch(/VIRTUALIZATION.*MEMORY RESERVED$/)
  expect((await cli.ok('operator', 'host', 'list', '-o', 'wide')).split('\n')[0]).toMatch(/ ID .*AGENT VERSION/)
  const chosen = JSON.parse(
    await cli.ok('operator', 'host', 'get', 'host1', '--fields', 'name,zone.name', '-o', 'json'),
  )
  expect(chosen).toEqual({ name: 'host1', 'zone.name': 'zone1' })
})

test('[api.cli] [core.plugins] what a plugin adds has commands, help, completion and explanation by itself', async () => {
  expect(await cli.ok('operator', '--help')).toMatch(/maintenance-window\s+\S/)
  expect(await cli.ok('operator', 'maintenance-window', 'list', '-o', 'json')).toBe('[]')
  expect(await cli.ok('operator', 'maintenance-window', 'create', '--help')).toContain(
    'Example:\n  basalt maintenance-window create',
  )
  expect(await cli.ok('operator', 'explain', 'maintenance-window')).toMatch(/Fields[\s\S]*Relations/)
  expect(await cli.ok('operator', '__complete', '--', 'mainten')).toContain('maintenance-window\t')
})
