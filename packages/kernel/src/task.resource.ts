import { defineResource, f } from '@basalt/resource'

/** Work that takes time. Rows are made by the platform when an action is accepted. */
export const task = defineResource('task', {
  doc: 'Work in progress, or the record of it: every action that takes time is one.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  taggable: false,
  fields: {
    account: f.ref('account', {
      immutable: true,
      readonly: true,
      weak: true,
      doc: 'Whose task it is; the record of it outlives the account.',
    }),
    action: f.text({ readonly: true, doc: 'What is done, e.g. vm.create.' }),
    resourceKind: f.text({ readonly: true, doc: 'Kind of the resource it is about.' }),
    resource: f.uuid({ readonly: true, doc: 'The resource it is about.' }),
    user: f.uuid({ readonly: true, doc: 'Who asked for it.' }),
    state: f.state(['queued', 'running', 'undoing', 'succeeded', 'failed', 'cancelled']),
    percent: f.integer({ readonly: true, minimum: 0, maximum: 100, unit: '%' }),
    message: f.text({ readonly: true, doc: 'What is happening now, in words.' }),
    step: f.text({ readonly: true, doc: 'The step it is at.' }),
    parent: f.uuid({ readonly: true, optional: true, doc: 'The task that it is a part of.' }),
    waitsFor: f.uuid({ readonly: true, optional: true, doc: 'The task before it in the line, while it is queued.' }),
    finishedAt: f.timestamp({ readonly: true, optional: true }),
    previousState: f.text({
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'State of the resource to return to.',
    }),
    saga: f.text({ readonly: true, audience: 'operator' }),
    sagaVersion: f.integer({ readonly: true, audience: 'operator' }),
    epoch: f.integer({
      readonly: true,
      audience: 'operator',
      doc: 'Grows with each take-over; agents refuse lower ones.',
    }),
    node: f.text({ readonly: true, audience: 'operator', doc: 'Control-plane node that works on it.' }),
    formerNode: f.text({
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'Node that handed it over, since it could not reach the node that has the host.',
    }),
    request: f.text({
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'Id of the request that asked for it, as logs have it.',
    }),
    trace: f.text({
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'Trace context (W3C) of that request.',
    }),
    queued: f.text({
      readonly: true,
      optional: true,
      secret: true,
      sealed: true,
      doc: 'What was asked for and by whom, while it is queued.',
    }),
    payload: f.object({}, { readonly: true, secret: true, doc: 'Input and ids of the saga.' }),
  },
  actions: {
    cancel: {
      doc: 'Stop it and undo what it did; one that waits for its turn is just taken off.',
      from: ['queued', 'running'],
    },
  },
  columns: ['action', 'state', 'percent', 'message', 'createdAt'],
  indexed: ['resource', 'state', 'user', 'parent'],
  personal: { field: 'user', actions: ['read', 'cancel'] },
  failedStates: ['failed'],
})
