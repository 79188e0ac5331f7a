import { defineResource, f } from '@basalt/resource'
import { expect, test } from 'vitest'
import { type Ahead, forecast } from './forecast.ts'

const door = defineResource('door', {
  doc: 'Opens and shuts.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: { state: f.state(['making', 'shut', 'opening', 'open', 'shutting', 'failed']) },
  actions: {
    create: { doc: 'Make it.', via: 'making', to: 'shut', long: true },
    open: { doc: 'Open it.', from: ['shut'], via: 'opening', to: 'open', long: true },
    shut: { doc: 'Shut it.', from: ['open'], via: 'shutting', to: 'shut', long: true },
    paint: { doc: 'Paint it.', long: true },
    delete: { doc: 'Take it away.', from: ['shut', 'failed'], long: true },
  },
  columns: ['name'],
})

const task = (action: string, state: Ahead['state'] = 'queued', previousState: string | null = null): Ahead => ({
  action: `door.${action}`,
  state,
  previousState,
})

test.each([
  ['nothing is ahead', 'open', [], 'open'],
  ['what is ahead succeeds', 'opening', [task('open', 'running', 'shut')], 'open'],
  ['one after the other', 'opening', [task('open', 'running', 'shut'), task('shut'), task('open')], 'open'],
  ['an action that leaves the state as it is', 'shut', [task('paint', 'running', 'shut'), task('paint')], 'shut'],
  ['what is being undone', 'opening', [task('open', 'undoing', 'shut')], 'shut'],
  ['a creation that is being undone', 'making', [task('create', 'undoing')], 'failed'],
  ['a delete', 'shut', [task('delete', 'running', 'shut')], null],
])('[core.lockfree] the state to come: %s', (_, state, ahead, expected) => {
  expect(forecast(door, state, ahead)).toBe(expected)
})
