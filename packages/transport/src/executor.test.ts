import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, HostCall } from '@basalt/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createExecutor } from './executor.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { deferred } from './test-support/cloud.ts'

let directory: string
let ledger: Ledger
const ignore = () => undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'basalt-executor-'))
  ledger = await openLedger({ path: join(directory, 'ledger') })
})
afterEach(async () => {
  await ledger.close()
  await rm(directory, { recursive: true, force: true })
})

function command(id: string, epoch: number | undefined, name = 'vm.work', params: unknown = {}): Command {
  const fence = epoch === undefined ? {} : { fence: { resource: 'vm-1', epoch, task: 't', step: 's' } }
  return { type: 'command', id, name, params, deadlineMs: 20_000, ...fence }
}

const untilAborted = (call: HostCall) =>
  new Promise<never>((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)))

test('the same id does the work once, while it runs and afterwards', async () => {
  let count = 0
  const gate = deferred()
  const work = async () => {
    count += 1
    await gate.promise
    return count
  }
  const executor = createExecutor({ interfaces: { vm: { work } }, ledger })
  const both = [executor.execute(command('a', 1), ignore), executor.execute(command('a', 1), ignore)]
  gate.resolve()
  both.push(executor.execute(command('a', 1), ignore))
  expect(await Promise.all(both)).toEqual(Array(3).fill({ type: 'result', id: 'a', ok: true, value: 1 }))
  expect(await executor.execute(command('a', 2), ignore)).toMatchObject({ ok: true, value: 1 })
})

test('a method is told who asks, and reads are asked by nobody', async () => {
  const work = async (_: object, { fence }: HostCall) => fence
  const executor = createExecutor({ interfaces: { vm: { work } }, ledger })
  const fence = { resource: 'vm-1', epoch: 1, task: 't', step: 's' }
  expect(await executor.execute(command('a', 1), ignore)).toMatchObject({ ok: true, value: fence })
  expect(await executor.execute(command('b', undefined), ignore)).toMatchObject({ ok: true, value: null })
})

test('changes of one resource run one after another, reads do not wait for them', async () => {
  const order: string[] = []
  const gate = deferred()
  const interfaces = {
    vm: {
      slow: async () => {
        await gate.promise
        order.push('slow')
      },
      fast: async () => {
        order.push('fast')
      },
      read: async () => 'read',
    },
  }
  const executor = createExecutor({ interfaces, ledger })
  const slow = executor.execute(command('a', 1, 'vm.slow'), ignore)
  const fast = executor.execute(command('b', 1, 'vm.fast'), ignore)
  expect(await executor.execute(command('c', undefined, 'vm.read'), ignore)).toMatchObject({ value: 'read' })
  gate.resolve()
  await Promise.all([slow, fast])
  expect(order).toEqual(['slow', 'fast'])
})

test('a higher epoch aborts what runs and refuses what waits under a lower one', async () => {
  const started = deferred()
  const interfaces = {
    vm: {
      work: async () => 'new',
      hang: async (_: object, call: HostCall) => {
        started.resolve()
        return untilAborted(call)
      },
    },
  }
  const executor = createExecutor({ interfaces, ledger })
  const hanging = executor.execute(command('a', 1, 'vm.hang'), ignore)
  const waiting = executor.execute(command('b', 1), ignore)
  await started.promise
  const taken = executor.execute(command('c', 2), ignore)
  expect(await hanging).toMatchObject({ ok: false, error: { code: 'STALE_EPOCH' } })
  expect(await waiting).toMatchObject({ ok: false, error: { code: 'STALE_EPOCH' } })
  expect(await taken).toMatchObject({ ok: true, value: 'new' })
  expect(await executor.execute(command('d', 1), ignore)).toMatchObject({
    ok: false,
    error: { code: 'STALE_EPOCH', details: { highestEpoch: 2 } },
  })
})

test('errors keep their code, and foreign values and names are refused', async () => {
  const interfaces = {
    vm: {
      coded: async () => {
        throw Object.assign(new Error('no'), { code: 'VM_BUSY', remedy: 'Wait.', details: { since: 1 } })
      },
      system: async () => {
        throw Object.assign(new Error('no entry'), { code: 'ENOENT', errno: -2 })
      },
      cycle: async () => {
        const value: Record<string, unknown> = {}
        value.self = value
        return value
      },
      huge: async () => 'x'.repeat(5_000_000),
    },
  }
  const executor = createExecutor({ interfaces, ledger })
  const errorOf = async (name: string) => {
    const result = await executor.execute(command(name, undefined, name), ignore)
    return result.ok ? undefined : result.error
  }
  expect(await errorOf('vm.coded')).toEqual({ code: 'VM_BUSY', message: 'no', remedy: 'Wait.', details: { since: 1 } })
  expect(await errorOf('vm.system')).toMatchObject({ code: 'HOST_ERROR', details: { systemCode: 'ENOENT' } })
  expect(await errorOf('vm.cycle')).toMatchObject({ code: 'RESULT_INVALID' })
  expect(await errorOf('vm.huge')).toMatchObject({ code: 'RESULT_INVALID' })
  for (const name of ['vm.toString', 'constructor.name', 'vm', 'vm.coded.more', '__proto__.x', '']) {
    expect(await errorOf(name)).toMatchObject({ code: 'COMMAND_UNKNOWN' })
  }
})

test('what a stopping agent aborted is not remembered as the result', async () => {
  const interfaces = { vm: { work: (_: object, call: HostCall) => untilAborted(call) } }
  const executor = createExecutor({ interfaces, ledger })
  const result = executor.execute(command('a', 1), ignore)
  await executor.close(10_000)
  expect(await result).toMatchObject({ ok: false, error: { code: 'CANCELLED' } })
  expect(ledger.resultOf('a')).toBeUndefined()
})
