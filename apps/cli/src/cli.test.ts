import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CloudEnvironment, until } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CommandLine, commandLine, createVm as create } from './cli.testkit.ts'

let env: CloudEnvironment
let directory: string
let start: CommandLine['start']
let run: CommandLine['run']
let ok: CommandLine['ok']
let login: CommandLine['login']
let close: CommandLine['close'] | undefined

beforeAll(async () => {
  ;({ env, directory, start, run, ok, login, close } = await commandLine({ recycleBin: true }))
})
afterAll(() => close?.())

test('[api.cli] without a log-in it says how to log in; the profile is for its owner only', async () => {
  const before = await run('newcomer', ['vm', 'list'])
  expect(before).toMatchObject({ code: 1, err: expect.stringContaining('basalt login --url') })
  expect((await run('newcomer', [])).out).toContain('Log in to see what a cloud offers')
  await login('ada', 'ada', 'newcomer')
  for (const name of ['config.json', 'credentials.json']) {
    const file = join(directory, 'newcomer/.config/basalt', name)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).not.toContain(env.passwords.ada)
  }
  expect(await ok('newcomer', 'whoami')).toMatch(/^user\s+ada/)
  await ok('newcomer', 'logout')
  expect((await run('newcomer', ['vm', 'list'])).code).toBe(1)
})

test('[api.cli] [ui.https] an unknown authority is not trusted; its fingerprint is enough', async () => {
  const url = ['login', '--url', env.controlPlane().apiUrl, '--username', 'ada']
  const password = { BASALT_PASSWORD: env.passwords.ada }
  const refused = await run('careful', url, { env: password })
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('CERTIFICATE_UNTRUSTED') })
  const [fingerprint = ''] = /[0-9a-f]{64}/.exec(refused.err) ?? []
  expect((await run('careful', [...url, '--fingerprint', fingerprint], { env: password })).code).toBe(0)
  expect(await ok('careful', 'whoami', '-o', 'json')).toContain('"username": "ada"')
})

test('[api.cli] [vm.lifecycle] (stand-in) a VM by names, from creation to deletion', async () => {
  expect(await ok('ada', ...create('web', '--wait'))).toMatch(/name\s+web\n.*\nstate\s+running/)
  expect(await ok('ada', 'vm', 'list')).toMatch(/NAME\s+STATE\s+ADDRESSES[^\n]*\nweb\s+running\s+10\.0\.0\.\d+/)
  expect(await ok('ada', 'vms', 'ls', '--filter', 'state=stopped', '-o', 'name')).toBe('')
  expect(await ok('ada', 'vm', 'stop', 'web', '--timeout', '30s', '--wait')).toBe('VM "web" is stopped.')
  await ok('ada', 'vm', 'update', 'web', '--description', 'first of many')
  expect(JSON.parse(await ok('ada', 'vm', 'get', 'web', '-o', 'json'))).toMatchObject({
    description: 'first of many',
    state: 'stopped',
  })
  expect(await ok('ada', 'vm', 'get', 'web', '-o', 'yaml')).toContain('\nstate: stopped')
  const asked = await run('ada', ['vm', 'delete', 'web'])
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining('Add --yes') })
  expect(await ok('ada', 'vm', 'delete', 'web', '--yes', '--wait')).toBe('VM "web" is in the recycle bin.')
  expect((await run('ada', ['vm', 'get', 'web'])).code).toBe(1)
  expect(await ok('ada', 'vm', 'list', '-o', 'json')).toBe('[]')
  expect(await ok('ada', 'vm', 'list', '--recycled')).toMatch(/web\s+recycled/)
  expect(await ok('ada', 'vm', 'undelete', 'web')).toBe('VM "web" is stopped.')
  await ok('ada', 'vm', 'delete', 'web', '--yes', '--wait')
  expect(await ok('ada', 'vm', 'expunge', 'web', '--yes', '--wait')).toBe('VM "web" is gone.')
  expect(await ok('ada', 'vm', 'list', '--recycled', '-o', 'json')).toBe('[]')
})

test('[api.cli] [core.quota] an operator limits what an account may have; the account reads it', async () => {
  const columns = ['--columns', 'metric,used,maximum,source']
  const limit = ['--metric', 'vms', '--account', 'ada', '--maximum', '0']
  const created = await ok('operator', 'quota-limit', 'create', ...limit, '-o', 'id')
  expect(await ok('ada', 'quota', 'list', '--filter', 'metric=vms', ...columns)).toMatch(/vms\s+0\s+0\s+account/)
  expect(await run('ada', [...create('one-too-many')])).toMatchObject({
    code: 1,
    err: expect.stringContaining('The quota of vms is 0 for the account "ada"'),
  })
  const id = await ok('operator', 'quota', 'list', '--filter', 'metric=vms', 'account=ada', '-o', 'id')
  await ok('operator', 'quota', 'set-limit', id, '--maximum', '7')
  expect(await ok('ada', 'quota', 'list', '--filter', 'metric=vms', ...columns)).toMatch(/vms\s+0\s+7\s+account/)
  await ok('operator', 'quota', 'use-default', id)
  await ok('operator', 'quota-limit', 'delete', created)
  expect(await ok('ada', 'quota', 'list', '--filter', 'metric=vms', ...columns)).not.toContain('account')
})

test('[api.cli] [core.tags] a list is sorted by tags', async () => {
  for (const name of ['staged-none', 'staged-test', 'staged-prod']) {
    await ok('ada', 'image', 'create', name, '--url', 'http://127.0.0.1:1/x')
    const [, value] = name.split('-')
    if (value === 'none') continue
    await ok('ada', 'tag', 'create', `stage:${value}`)
    await ok('ada', 'tag', 'attach', `stage:${value}`, '--kind', 'image', '--resources', name)
  }
  const by = (sort: string) => ok('ada', 'image', 'list', '-q', "name ~ 'staged-*'", `--sort=${sort}`, '-o', 'name')
  expect(await by('tags.stage')).toBe('staged-prod\nstaged-test\nstaged-none')
  expect(await by('-tags.stage')).toBe('staged-none\nstaged-test\nstaged-prod')
})

test('[api.cli] [core.query] lists by a query, sorted, with chosen fields, counted and grouped', async () => {
  for (const name of ['q-one', 'q-two', 'other'])
    await ok('ada', 'image', 'create', name, '--url', 'http://127.0.0.1:1/x')
  const list = (...words: string[]): Promise<string> => ok('ada', 'image', 'list', ...words)
  expect(await list('-q', "name ~ 'q-*' and createdAt > -1h", '--sort', 'name', '-o', 'name')).toBe('q-one\nq-two')
  expect(await list('-q', 'name = other', '--fields', 'name,account.name')).toMatch(
    /NAME\s+ACCOUNT.NAME\s*\nother\s+ada/,
  )
  expect(await list('-q', "name ~ 'q-'", '--count')).toBe('2')
  expect(await list('-q', 'name in (q-one, q-two, other)', '--group-by', 'architecture', '--max', 'createdAt')).toMatch(
    /ARCHITECTURE\s+COUNT\s+MAX[^\n]*\nx86_64\s+3\s/,
  )
  const wrong = await run('ada', ['image', 'list', '-q', 'nane = x'])
  expect(wrong).toMatchObject({
    code: 1,
    err: expect.stringContaining('--query: at character 1: images have no field'),
  })
  expect(wrong.err).toContain('did you mean "name"')
  expect((await run('ada', ['image', 'list', '--sum', 'sizeBytes'])).code).toBe(2)
  expect((await run('ada', ['image', 'list', '--watch', '--count'])).code).toBe(2)
  expect(await ok('ada', 'explain', 'vm')).toMatch(/nics\s+→ nic\s+any number/)
})

test('[api.cli] nested input, sizes and several at once', async () => {
  const id = await ok('ada', ...create('nested', '--root-size', '2GiB', '--wait', '-o', 'id'))
  const more = ['vm', 'create', 'nested2', '--image', 'tiny', '--offering', 'small']
  await ok('ada', ...more, '--network', 'name=net1,address=10.0.0.77', '--wait')
  expect(await ok('ada', 'nic', 'list', '--columns', 'address,vm,network')).toMatch(/10\.0\.0\.77\s+nested2\s+net1/)
  expect(await ok('ada', 'volume', 'list', '--filter', `vm=${id}`)).toMatch(/2 GiB/)
  expect(await ok('ada', 'vm', 'delete', 'nested', 'nested2', '--expunge', '-y', '--wait')).toMatch(
    /nested\s+done\nnested2\s+done/,
  )
})

test('[api.cli] a name that several have is refused with the candidates', async () => {
  const ids = [
    await ok('ada', ...create('twin', '--wait', '-o', 'id')),
    await ok('ada', ...create('twin', '--wait', '-o', 'id')),
  ]
  const { code, err } = await run('ada', ['vm', 'get', 'twin'])
  expect(code).toBe(1)
  for (const id of ids) expect(err).toContain(id)
  await ok('ada', 'vm', 'delete', ...ids, '--yes', '--wait')
})

test('[api.cli] mistakes end with code 2 and say what to do', async () => {
  const missing = await run('ada', ['vm', 'create', 'x', '--image', 'tiny'])
  expect(missing.code).toBe(2)
  expect(missing.err).toContain('--offering <offering>')
  expect(await run('ada', ['vm', 'strat', 'x'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Did you mean start'),
  })
  expect(await run('ada', ['vm', 'list', '--filter', 'colour=red'])).toMatchObject({ code: 2 })
  expect(await run('ada', create('x', '--root-size', 'big'))).toMatchObject({ code: 2 })
  const unknown = await run('ada', ['vm', 'create', 'x', '--image', 'tyny', '--offering', 'small', '--network', 'net1'])
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean: tiny') })
  const wrong = await run('ada', ['network', 'create', 'n', '--cidr', '10.0.0.0/99'])
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('--cidr: ') })
})

test('[api.cli] [core.async] a task that fails ends with code 3 and its cause; a finished one can be watched', async () => {
  await ok('operator', 'offering', 'create', 'huge', '--vcpus', '200', '--memory', '1TiB')
  const failed = await run('ada', [
    'vm',
    'create',
    'huge',
    '--image',
    'tiny',
    '--offering',
    'huge',
    '--network',
    'net1',
    '--wait',
  ])
  expect(failed.code).toBe(3)
  expect(failed.err).toMatch(/^Error: .+ \([A-Z_]+\)\n.+/)
  const task = JSON.parse(await ok('ada', ...create('watched', '-o', 'json')))
  expect(await ok('ada', 'task', 'watch', task.id)).toBe(`${task.name}: succeeded.`)
  await ok('ada', 'vm', 'delete', 'watched', 'huge', '--yes', '--wait')
})

test('[api.cli] [core.events] changes are printed as they happen', async () => {
  const events = start('operator', ['events', '--kind', 'zone', '--output', 'json'])
  const watch = start('operator', ['zone', 'list', '--watch'])
  onTestFinished(() => void [events, watch].map((child) => child.kill()))
  let seen = ''
  let watched = ''
  events.stdout?.on('data', (chunk) => {
    seen += chunk
  })
  watch.stdout?.on('data', (chunk) => {
    watched += chunk
  })
  await until('a change is seen by both', async () => {
    const id = await ok('operator', 'zone', 'create', 'z', '-o', 'id')
    await ok('operator', 'zone', 'delete', id, '--yes')
    return seen.includes('"change":"deleted"') && /created\s+z/.test(watched) ? true : null
  })
  expect(JSON.parse(seen.split('\n')[0] ?? '')).toMatchObject({ kind: 'zone', data: { name: 'z' } })
})

test('[api.cli] [vm.console] (stand-in) the serial console comes to this terminal; Ctrl-] leaves', async () => {
  await ok('ada', ...create('talker', '--wait'))
  const child = start('ada', ['vm', 'console', 'talker'])
  onTestFinished(() => void child.kill())
  let out = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stdin?.write('\r')
  await until('the guest answers', () => (out.length > 0 ? true : null))
  child.stdin?.write('\u001d')
  expect(await once(child, 'close')).toEqual([0, null])
  expect(await ok('ada', 'vm', 'console', 'talker', '--vnc')).toMatch(/^wss:\/\/.*\/v1\/consoles\//)
  expect((await run('ada', ['vm', 'console-log', 'talker'])).code).toBe(0)
  await ok('ada', 'vm', 'delete', 'talker', '--yes', '--wait')
})

test('[api.cli] an image is made from a file, with its checksum', async () => {
  const file = join(directory, 'mine.qcow2')
  await writeFile(file, qcow2Fixture().bytes)
  expect(await ok('ada', 'image', 'upload', file)).toMatch(/name\s+mine\n.*\nstate\s+ready/)
  await ok('ada', 'image', 'delete', 'mine', '--yes', '--wait')
})

test('[api.cli] [core.settings] settings by name: list, set with units, override, history, reset, templates', async () => {
  const grace = 'infrastructure.hostGraceMs'
  const before = await ok('operator', 'setting', 'get', grace, '-o', 'json')
  expect(await ok('operator', 'setting', 'set', grace, '2s')).toBe(`Setting "${grace}": set done.`)
  const list = await ok('operator', 'setting', 'list')
  expect(list).toMatch(new RegExp(`${grace}\\s+2s\\s+20s\\s+100 to 3600000 ms\\s+yes`))
  const names = list
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0] ?? '')
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')))
  expect(await run('operator', ['setting', 'set', grace, 'soon'])).toMatchObject({ code: 2 })
  const refused = await run('operator', ['setting', 'set', 'retention.eventDays', '0'])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('retention.eventDays takes 1 to 365 d') })
  await ok('operator', 'setting', 'override', grace, 'cluster', 'cluster1', '3s')
  expect(await ok('operator', 'setting-override', 'list')).toMatch(/cluster\s+cluster1\s+3s/)
  await ok('operator', 'setting', 'inherit', grace, 'cluster', 'cluster1')
  expect(await ok('operator', 'setting', 'history', grace)).toMatch(/500ms\s+2s\s+set\s+admin/)
  await ok('operator', 'setting-template', 'create', 'short', '--values', `${grace}=1500,retention.eventDays=30`)
  expect(await ok('operator', 'setting-template', 'preview', 'short')).toMatch(/NAME\s+FROM\s+TO\n\S+\s+2000\s+1500$/)
  await ok('operator', 'setting-template', 'apply', 'short', '--yes')
  await ok('operator', 'setting', 'reset', 'retention.eventDays', 'retention.taskDays')
  await ok('operator', 'setting', 'set', grace, `${JSON.parse(before).value}ms`)
  const words = await ok('operator', '__complete', 'setting', 'get', 'retention.e')
  expect(words).toMatch(/^retention.eventDays\t/)
})

test('[api.cli] [core.tags] tags by name: attach, filter, detach', async () => {
  await ok('ada', ...create('tagged', '--wait'))
  await ok('ada', 'tag', 'create', 'green', '--colour', 'green')
  expect(await ok('ada', 'tag', 'attach', 'green', 'vm', 'tagged')).toBe('Tag "green": attach done.')
  await ok('ada', 'tag', 'attach', 'green', 'networks', 'net1')
  expect(await ok('ada', 'vm', 'list', '--filter', 'tags=green', '--columns', 'name,tags')).toMatch(/tagged\s+green$/)
  expect(await ok('ada', 'network', 'get', 'net1')).toMatch(/tags\s+green/)
  await ok('ada', 'tag', 'detach', 'green', 'network', 'net1')
  expect(await ok('ada', 'network', 'list', '--filter', 'tags=green', '-o', 'name')).toBe('')
  await ok('ada', 'tag', 'delete', 'green', '--yes')
  await ok('ada', 'vm', 'delete', 'tagged', '--yes', '--wait')
})

test('[api.cli] [core.cascade] [core.relations] what goes with something is shown, agreed to, and deleted', async () => {
  await ok('operator', 'zone', 'create', 'west')
  await ok('operator', 'fabric', 'create', 'west fabric', '--zone', 'west', '--driver', 'simulated')
  await ok('operator', 'cluster', 'create', 'west cluster', '--zone', 'west', '--fabric', 'west fabric')
  expect(await ok('operator', 'cluster', 'relations', 'west cluster', '--depth', '2')).toBe(
    'cluster "west cluster"\n  -> zone "west"\n  -> fabric "west fabric"',
  )
  const shown = await ok('operator', 'zone', 'delete', 'west', '--preview')
  expect(shown).toContain('3 resources go for good')
  expect(shown).toContain('1 cluster: "west cluster"')
  const unasked = await run('operator', ['zone', 'delete', 'west', '--cascade'])
  expect(unasked).toMatchObject({ code: 2, err: expect.stringContaining('Add --yes') })
  expect(unasked.err).toContain('1 fabric: "west fabric"')
  expect((await run('operator', ['zone', 'delete', 'west', '--yes'])).err).toContain('is used by')
  expect(await ok('operator', 'zone', 'delete', 'west', '--cascade', '--yes', '--wait')).toBe('Zone "west" is gone.')
  const forbidden = await run('operator', ['account', 'delete', 'Platform', '--cascade', '--yes'])
  expect(forbidden).toMatchObject({ code: 1, err: expect.stringContaining('What forbids it:') })
})

test('[api.cli] everything is explained and completed from the definitions', async () => {
  expect(await ok('ada', 'explain')).toMatch(/vm\s+A virtual machine/)
  expect(await ok('ada', 'explain', 'vm', 'create')).toMatch(/--root-size\s+bytes/)
  expect((await run('ada', ['explain', 'host'])).code).toBe(2)
  expect(await ok('operator', 'explain', 'host')).toMatch(/registering\s.*\n.*up\s/)
  expect(await ok('ada', 'vm', 'create', '--help')).toContain('--network <network,…>')
  expect(await ok('ada', 'completion', 'bash')).toContain('complete -F _basalt basalt')
  const words = async (...typed: string[]) =>
    (await ok('ada', '__complete', ...typed)).split('\n').map((line) => line.split('\t')[0])
  expect(await words('vm', 'st')).toEqual(['start', 'stop'])
  expect(await words('vm', 'stop', 'x', '--mode', '')).toEqual(['auto', 'acpi', 'agent'])
  expect(await words('vm', 'create', 'x', '--image', 't')).toEqual(['tiny'])
  expect(await words('network', 'get', '')).toContain('net1')
})

test('[api.cli] a kind that came after the last look is found without being told', async () => {
  await ok('ada', 'vm', 'list')
  const cache = join(directory, 'ada/.cache/basalt')
  const [name = ''] = await readdir(cache)
  const { kinds, ...rest } = JSON.parse(await readFile(join(cache, name), 'utf8'))
  const older = { ...rest, etag: undefined, kinds: kinds.filter((each: { kind: string }) => each.kind !== 'vm') }
  await writeFile(join(cache, name), JSON.stringify(older))
  expect((await run('ada', ['--help'])).out).not.toContain('A virtual machine.')
  expect((await run('ada', ['vm', 'list'])).code).toBe(0)
  expect((await run('ada', ['--help'])).out).toContain('A virtual machine.')
})

test('[api.cli] [iam.accesskey] an access key is made, its secret shown once, and signs commands without a login', async () => {
  const made = await run('ada', ['access-key', 'create', 'build'])
  expect(made.err).toContain('Keep the secret: nobody is shown it again.')
  const [, id = ''] = /^id\s+(\S+)$/m.exec(made.out) ?? []
  const [, secret = ''] = /^secret\s+(\S+)$/m.exec(made.out) ?? []
  expect(await ok('ada', 'access-key', 'get', 'build')).not.toContain(secret)
  const variables = {
    BASALT_URL: env.controlPlane().apiUrl,
    BASALT_CA_FILE: join(directory, 'ca.pem'),
    BASALT_ACCESS_KEY_ID: id,
    BASALT_ACCESS_KEY_SECRET: secret,
  }
  const listed = await run('robot', ['network', 'list', '-o', 'name'], { env: variables })
  expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('net1') })
  const words = [
    'login',
    '--url',
    env.controlPlane().apiUrl,
    '--ca-file',
    join(directory, 'ca.pem'),
    '--access-key',
    id,
  ]
  const { code, err } = await run('saved', words, { env: { BASALT_ACCESS_KEY_SECRET: secret } })
  expect(code, err).toBe(0)
  expect(await ok('saved', 'whoami')).toMatch(/^user\s+ada/)
  await ok('ada', 'access-key', 'disable', 'build')
  expect((await run('saved', ['whoami'])).err).toContain('SIGNATURE_INVALID')
  await ok('saved', 'logout')
  expect((await run('saved', ['whoami'])).err).toContain('NOT_LOGGED_IN')
})

test('[api.cli] any request can be sent, and seen', async () => {
  expect(JSON.parse(await ok('ada', 'api', 'GET', '/v1/me'))).toMatchObject({ username: 'ada' })
  const seen = await run('ada', ['offering', 'list', '--verbose', '-o', 'name'])
  expect(seen.out).toContain('small')
  expect(seen.err).toMatch(/GET \/v1\/offerings\S* → 200 \(\d+ ms\)/)
})

test('[api.cli, ops.audit] the audit is listed, saved as CSV, and verified', async () => {
  await ok('operator', 'zone', 'create', 'audited')
  const listed = await ok('operator', 'audit', 'list', '--action', 'zone.create', '--limit', '1')
  expect(listed).toMatch(/WHEN.*OUTCOME\n.*zone\.create.*127\.0\.0\.1.*accepted/)
  const file = join(directory, 'audit.csv')
  await ok('operator', 'audit', 'export', file, '--action', 'zone.create')
  expect(await readFile(file, 'utf8')).toMatch(/^at,user,.*\r\n.*zone\.create/)
  expect(await ok('operator', 'audit', 'verify')).toMatch(/^Nothing was removed or changed: \d+ entries/)
  const { database } = env.controlPlane().store
  await database.query(`update audit set code = 'X' where seq = (select min(seq) from audit)`)
  const { code, out, err } = await run('operator', ['audit', 'verify'])
  await database.query(`update audit set code = null where code = 'X'`)
  expect([code, out]).toEqual([1, expect.stringContaining('an entry was changed')])
  expect(err).toContain('The audit was changed')
})

test('[core.bulk] [api.cli] several names are one request, with a result for each and an exit code', async () => {
  for (const name of ['many-1', 'many-2', 'many-3']) await ok('ada', 'group', 'create', name)
  expect(await ok('ada', 'group', 'update', 'many-1', 'many-2', '--description', 'x')).toMatch(
    /NAME\s+RESULT\s+DETAIL\nmany-1\s+done\nmany-2\s+done/,
  )
  const [id] = (await ok('ada', 'group', 'list', '--filter', 'name=many-1', '-o', 'id')).split('\n')
  const mixed = await run('ada', ['group', 'update', 'many-2', id as string, '--description', 'y', '-v'])
  expect(mixed).toMatchObject({ code: 0, err: expect.stringContaining('POST /v1/groups/bulk') })
  for (const name of ['tag-1', 'tag-2']) await ok('ada', 'tag', 'create', name)
  const refused = await run('ada', ['tag', 'update', 'tag-1', 'tag-2', '--name', 'the-same'])
  expect(refused).toMatchObject({
    code: 1,
    out: expect.stringMatching(/tag-\d\s+refused\s+.*\(ALREADY_EXISTS\)/),
    err: expect.stringContaining('1 of 2 refused.'),
  })
})

test('[core.bulk] [api.cli] a filter shows what it selects, asks, and tells of each', async () => {
  const filter = ['--filter', "name ~ 'many-'"]
  expect(await run('ada', ['group', 'delete', ...filter])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/Delete 3 groups: "many-1", "many-2", "many-3"\.[\s\S]*Add --yes/),
  })
  expect(await ok('ada', 'group', 'delete', ...filter, '--dry-run')).toMatch(/many-1\s+possible\n/)
  expect(
    JSON.parse(await ok('ada', 'group', 'update', ...filter, '--description', 'z', '-y', '-o', 'json')),
  ).toHaveLength(3)
  expect(await ok('ada', 'group', 'delete', ...filter, '--yes')).toMatch(/many-3\s+gone/)
  expect((await run('ada', ['group', 'delete', ...filter, '--yes'])).err).toContain(
    'There is no group for which that holds.',
  )
  expect((await run('ada', ['group', 'delete', 'x', ...filter])).code).toBe(2)
  expect((await run('ada', ['group', 'delete', '--yes'])).code).toBe(2)
  expect((await run('ada', ['group', 'delete', '--filter', 'nane = x', '--yes'])).code).toBe(1)
})

test('[core.csv] [api.cli] lists are saved as CSV, a template filled in, a file imported with a report by line', async () => {
  const template = await ok('ada', 'group', 'csv-template')
  expect(template).toMatch(/^name,description\r\n/)
  const file = join(directory, 'groups.csv')
  await writeFile(file, `${template}\r\ncsv-1,=1+1\r\n,no name\r\ncsv-2,\r\n`)
  expect(await run('ada', ['group', 'import', file, '--dry-run'])).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /LINE\s+RESULT\s+DETAIL\n3\s+possible\n4\s+refused\s+name: is missing[^\n]*\n5\s+possible/,
    ),
    err: expect.stringContaining('1 of 3 lines refused.'),
  })
  expect(await ok('ada', 'group', 'list', '--filter', 'name=csv-1', '-o', 'json')).toBe('[]')
  const made = await run('ada', ['group', 'import', file])
  expect([made.code, made.out]).toEqual([1, expect.stringMatching(/3\s+made\s+[0-9a-f-]{36}\n4\s+refused/)])
  const saved = await ok(
    'ada',
    'group',
    'list',
    '-q',
    "name ~ 'csv-'",
    '--sort',
    'name',
    '--csv',
    '--fields',
    'name,description',
  )
  expect(saved).toBe("name,description\r\ncsv-1,'=1+1\r\ncsv-2,")
  const again = await run('operator', ['group', 'import', '-', '-o', 'json'], { input: saved })
  expect(JSON.parse(again.out)).toMatchObject({ counts: { total: 2, accepted: 2, refused: 0 } })
  expect((await run('ada', ['group', 'import', '/nowhere.csv'])).code).toBe(2)
  await ok('ada', 'group', 'delete', '--filter', "name ~ 'csv-'", '--yes')
})
