import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { runLabCommand } from './cli.ts'

afterEach(() => vi.restoreAllMocks())

/** Runs a command and collects what a user would see. */
async function lab(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0)
  return { code: await runLabCommand(argv), out: out.join(''), err: err.join('') }
}

test('without a command it says how it is used', async () => {
  expect(await lab()).toMatchObject({ code: 0, out: expect.stringContaining('Usage: basalt lab') })
})

test.each([[['dance']], [['up', '--frob']], [['kill']], [['up', '--hosts', 'many']]])(
  '%j is not understood',
  async (argv) => {
    const { code, err } = await lab(...argv, '--state-dir', join(tmpdir(), 'lab-cli-unused'))
    expect(code).toBe(2)
    expect(err).toContain('LAB_USAGE')
  },
)

test('the status of a lab that is not there is down, and asking makes nothing', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'lab-cli-'))
  rmSync(stateDir, { recursive: true })
  const { code, out } = await lab('status', '--json', '--state-dir', stateDir)
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ name: 'lab', state: 'down', hosts: [] })
  expect(existsSync(stateDir)).toBe(false)
  expect((await lab('--state-dir', stateDir, 'exec', 'host1', 'true')).code).toBe(1)
})
