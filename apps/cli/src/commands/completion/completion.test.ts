/** Completion as people meet it: real shells at real terminals, with the script that they are told to source. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '@basalt/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type CommandLine, commandLine, createVm } from '../../cli.testkit.ts'

let cli: CommandLine
let path: string

beforeAll(async () => {
  cli = await commandLine({ recycleBin: true })
  const bin = join(cli.directory, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'basalt'), `#!/bin/sh\nexec '${process.execPath}' '${cli.bundle}' "$@"\n`)
  await chmod(join(bin, 'basalt'), 0o755)
  path = `${bin}:${process.env.PATH}`
  await cli.ok('ada', ...createVm('web', '--wait'))
  await cli.ok('ada', ...createVm("two words'", '--wait'))
  await cli.ok('ada', ...createVm('asleep', '--wait'))
  await cli.ok('ada', 'vm', 'stop', 'asleep', '--wait')
})
afterAll(() => cli?.close())

const hasShell = (name: string): boolean => {
  try {
    execFileSync(name, ['-c', 'true'])
    return true
  } catch {
    return false
  }
}

/** What could follow, as the shells' scripts are told. */
async function offered(...words: string[]): Promise<string[]> {
  const out = await cli.ok('ada', '__complete', '--', ...words)
  return out === '' ? [] : out.split('\n').map((line) => line.split('\t')[0] ?? '')
}

/** A shell at a terminal; Ctrl-G shows the line as it stands. */
interface Shell {
  /** The line after these keys. */
  lineAfter(keys: string): Promise<string>
}

async function openShell(command: string, setUp: readonly string[]): Promise<Shell> {
  const env = { ...cli.variables('ada'), PATH: path, TERM: 'dumb', PS1: '$ ', LANG: 'C.UTF-8' }
  const child: ChildProcess = spawn('script', ['-qfec', command, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(child, 'close')
  let seen = ''
  child.stdout?.on('data', (chunk) => {
    seen += chunk
  })
  onTestFinished(async () => {
    child.stdin?.write('\u0015exit\n')
    child.stdin?.end()
    await ended
  })
  for (const line of [...setUp, `printf '%s\\n' read''y`]) child.stdin?.write(`${line}\n`)
  await until('the shell is ready', () => /ready\r?\n/.test(seen) || null)
  return {
    async lineAfter(keys) {
      const before = seen.length
      child.stdin?.write(`\u0015${keys}\u0007`)
      return until('the line is shown', () => /<<([^\r\n]*)>>\r?\n/.exec(seen.slice(before))?.[1] ?? null)
    },
  }
}

const bash = (): Promise<Shell> =>
  openShell('bash --norc --noprofile -i', [
    `show() { printf '<%s%s>\\n' '<' "$READLINE_LINE>"; }; bind -x '"\\C-g": show'`,
    'source <(basalt completion bash)',
  ])

const zsh = (): Promise<Shell> =>
  openShell('zsh -f -i', [
    'autoload -Uz compinit && compinit -u -D',
    `show() { print -r -- "<""<$BUFFER>>" }; zle -N show; bindkey '^G' show`,
    'source <(basalt completion zsh)',
  ])

test('[api.cli] commands, actions, flags and values are offered; names only of what can be meant', async () => {
  expect(await offered('vm', 'st')).toEqual(['start', 'stop'])
  expect(await offered('v')).toEqual(expect.arrayContaining(['vm', 'volume']))
  expect(await offered('vm', 'create', '--ro')).toEqual(['--root-size'])
  expect(await offered('vm', 'list', '-o', 'j')).toEqual(['json'])
  expect(await offered('vm', 'list', '--output=')).toContain('--output=wide')
  expect(await offered('vm', 'stop', 'x', '--mode', '')).toEqual(['auto', 'acpi', 'agent'])
  expect(await offered('vm', 'start', '')).toEqual(['asleep'])
  expect((await offered('vm', 'stop', '')).sort()).toEqual(["two words'", 'web'])
  expect(await offered('vm', 'stop', 'web', 'w')).toEqual([])
  expect(await offered('vm', 'create', 'x', '--image', 't')).toEqual(['tiny'])
  expect(await offered('vm', 'get', 'WE')).toEqual(['web'])
  const id = await cli.ok('ada', 'vm', 'get', 'web', '-o', 'id')
  expect(await offered('vm', 'get', id.slice(0, 8))).toEqual([id])
})

test('[api.cli] [core.query] fields, filters and queries are offered', async () => {
  expect(await offered('vm', 'list', '--sort', '-crea')).toEqual(['-createdAt'])
  expect(await offered('vm', 'list', '--fields', 'name,zone.n')).toContain('name,zone.name')
  expect(await offered('vm', 'list', '--filter', 'sta')).toEqual(['state='])
  expect(await offered('vm', 'list', '--filter', 'state=run')).toEqual(['state=running'])
  expect(await offered('vm', 'list', '--filter', 'image=')).toContain('image=tiny')
  expect(await offered('vm', 'list', '-q', 'state = run')).toEqual(['state = running'])
  expect(await offered('explain', 'vm', 'power')).toEqual(['power-off'])
  expect(await offered('explain', 'vm.mem')).toEqual(['vm.memoryBytes'])
  expect(await offered('wait', 'vm', 'web', '--for', 'state=st')).toEqual(expect.arrayContaining(['state=stopped']))
  expect(await offered('tag', 'attach', 'green', 'v')).toEqual(expect.arrayContaining(['vm', 'volume']))
  expect(await offered('tag', 'attach', 'green', 'vm', 'we')).toEqual(['web'])
  expect(await offered('profile', 'use', '')).toEqual(['default'])
  expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  expect(await cli.run('ada', ['__complete', '--', 'vm', 'create', '--body', ''])).toMatchObject({ code: 3, out: '' })
})

test('[api.cli] a cloud that does not answer costs two seconds at most, and nothing is said', async () => {
  const env = { BASALT_URL: 'https://127.0.0.1:1', BASALT_TOKEN: 'x' }
  expect(await cli.run('nobody', ['__complete', '--', 'log'], { env })).toEqual({
    code: 0,
    out: expect.stringMatching(/\nlogin\t.*\nlogout\t.*\n/),
    err: '',
  })
  expect(await cli.run('nobody', ['__complete', '--', 'vm', 'get', ''], { env })).toMatchObject({ out: '', err: '' })
})

test('[api.cli] bash completes words, names with spaces, values behind "=", and files', async () => {
  const { lineAfter } = await bash()
  expect(await lineAfter('basalt vm power\t')).toBe('basalt vm power-off ')
  expect(await lineAfter('basalt vm stop we\t')).toBe('basalt vm stop web ')
  expect(await lineAfter('basalt vm stop two\t')).toBe(`basalt vm stop two\\ words\\' `)
  expect(await lineAfter('basalt vm stop "two\t')).toBe(`basalt vm stop "two words'" `)
  expect(await lineAfter('basalt vm list --output=js\t')).toBe('basalt vm list --output=json ')
  expect(await lineAfter('basalt vm list --filter stat\t')).toBe('basalt vm list --filter state=')
  expect(await lineAfter('basalt vm list --filter state=runn\t')).toBe('basalt vm list --filter state=running ')
  expect(await lineAfter(`basalt vm list -q "state = runn\t`)).toBe('basalt vm list -q "state = running" ')
  expect(await lineAfter(`basalt vm create --body ${cli.directory}/ca.p\t`)).toBe(
    `basalt vm create --body ${cli.directory}/ca.pem `,
  )
})

describe.skipIf(!hasShell('zsh'))('zsh (skipped where it is not installed: Debian package zsh)', () => {
  test('[api.cli] zsh completes words, names with spaces, and values behind "="', async () => {
    const { lineAfter } = await zsh()
    expect(await lineAfter('basalt vm power\t')).toBe('basalt vm power-off ')
    expect(await lineAfter('basalt vm stop we\t')).toBe('basalt vm stop web ')
    expect(await lineAfter('basalt vm stop two\t')).toBe(`basalt vm stop two\\ words\\' `)
    expect(await lineAfter('basalt vm list --output=js\t')).toBe('basalt vm list --output=json ')
    expect(await lineAfter('basalt vm list --filter stat\t')).toBe('basalt vm list --filter state=')
    expect(await lineAfter(`basalt vm create --body ${cli.directory}/ca.p\t`)).toBe(
      `basalt vm create --body ${cli.directory}/ca.pem `,
    )
  })
})

describe.skipIf(!hasShell('fish'))('fish (skipped where it is not installed: Debian package fish)', () => {
  test('[api.cli] fish completes words with what they are, names, and files', async () => {
    const complete = async (line: string): Promise<string[]> => {
      const script = `basalt completion fish | source; complete -C '${line}'`
      const env = { ...cli.variables('ada'), PATH: path, TERM: 'dumb' }
      const { stdout } = await promisify(execFile)('fish', ['--no-config', '-c', script], { env })
      return stdout.trim().split('\n')
    }
    expect(await complete('basalt vm power')).toEqual([expect.stringMatching(/^power-off\tPull the plug/)])
    expect(await complete('basalt vm stop we')).toEqual(['web\trunning'])
    expect(await complete('basalt vm list --output=js')).toEqual(['--output=json'])
    expect(await complete(`basalt vm create --body ${cli.directory}/ca.p`)).toEqual([
      expect.stringContaining(`${cli.directory}/ca.pem`),
    ])
  })
})
