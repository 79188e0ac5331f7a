import { expect, test } from 'vitest'
import type { Session } from '../src/api/session.ts'
import type { Task } from '../src/api/types.ts'
import { actionsOn, refusalOf, taskTitle } from '../src/kind/actions.ts'
import { bulkChoices } from '../src/kind/bulk-actions.ts'
import { groupKinds } from '../src/kind/groups.ts'
import { prerequisitesOf } from '../src/kind/prerequisites.ts'
import { isUsable, toneOf } from '../src/kind/states.ts'
import { summaryOf } from '../src/kind/summary.ts'
import { kindNamed, kinds } from './kinds.fixture.ts'

const vm = kindNamed('vm')
const byName = new Map(kinds.map((kind) => [kind.kind, kind]))
const session: Session = {
  id: 's',
  user: 'u',
  username: 'ada',
  account: 'ada',
  operator: false,
}

test('[ui.console] kinds stand in their groups, and one that nobody foresaw in Other', () => {
  const groups = groupKinds(kinds).map(({ label, kinds: members }) => [label, members.map(({ kind }) => kind)])
  expect(groups).toEqual([
    ['nav.compute', ['vm']],
    ['nav.network', ['network']],
    ['nav.infrastructure', ['zone']],
    ['nav.other', ['lightbulb']],
  ])
})

test('states are told apart by what actions do', () => {
  const tones = ['creating', 'starting', 'running', 'stopped', 'failed'].map((state) => toneOf(vm, state))
  expect(tones).toEqual(['transitional', 'transitional', 'good', 'settled', 'failed'])
  expect([undefined, 'ready', 'creating', 'failed'].map((state) => isUsable(kindNamed('network'), state))).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('[ui.console] an action that the state does not allow says why', () => {
  const start = actionsOn(vm, { id: '1', account: 'ada' }, session).find(({ name }) => name === 'start')
  if (!start) throw new TypeError('there is no start')
  expect(refusalOf(start, { id: '1', state: 'stopped' })).toBeNull()
  expect(refusalOf(start, { id: '1', state: 'running' })).toBe(
    'Start needs the state stopped or failed; it is running now.',
  )
})

test('deletion stands last; what belongs to others is only read', () => {
  const names = (account: string, who: Session) => actionsOn(vm, { id: '1', account }, who).map(({ name }) => name)
  expect(names('ada', session)).toEqual(['update', 'start', 'delete'])
  expect(names('somebody else', session)).toEqual([])
  expect(names('somebody else', { ...session, operator: true })).toEqual(['update', 'start', 'delete'])
})

test('what a first resource needs is found in its form, each after its own needs', () => {
  expect(prerequisitesOf(vm, byName).map(({ kind }) => kind)).toEqual(['zone', 'network'])
})

test('tasks and resources are called as people call them', () => {
  const task = { id: '1', action: 'vm.start', resourceKind: 'vm', name: 'vm.start web-1' } as Task
  expect(taskTitle(task, byName)).toBe('Start VM web-1')
  expect(taskTitle({ ...task, action: 'thing.blow', name: 'x' }, byName)).toBe('blow thing')
  expect(summaryOf(vm, { id: '1', vcpus: 1, memoryBytes: 2 ** 31 })).toBe('1 vCPU · 2 GiB')
})

test('[core.bulk] [ui.console] of several, what all of them allow can be done, and what one does not says for which', () => {
  const of = (...states: string[]) =>
    bulkChoices(
      vm,
      states.map((state, index) => ({ id: `${index}`, name: `vm-${index}`, account: 'ada', state })),
      session,
    ).map(({ action, refusal }) => [action.name, refusal])
  const rule = 'Start needs the state stopped or failed; it is running now.'
  expect(of()).toEqual([])
  expect(of('stopped', 'failed')).toEqual([
    ...[
      ['update', null],
      ['start', null],
      ['delete', null],
    ],
  ])
  expect(of('stopped', 'running')).toContainEqual(['start', `vm-1: ${rule}`])
  expect(of('running', 'stopped', 'running')).toContainEqual(['start', `vm-0: ${rule} And 1 more.`])
  const foreign = { id: '9', account: 'bob', state: 'stopped' }
  expect(bulkChoices(vm, [{ id: '1', account: 'ada', state: 'stopped' }, foreign], session)).toEqual([])
})
