/** Consoles: a one-time ticket, then a WebSocket that carries the guest's screen (RFB) or serial line. */
import { createHash, randomBytes } from 'node:crypto'
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import {
  authorize,
  type Caller,
  checked,
  conflict,
  notFound,
  Problem,
  type Route,
  type RouteContext,
  type Row,
  type Settings,
  type Store,
} from '@basalt/kernel'
import { f, isUuid, objectSchema } from '@basalt/resource'
import { consoleTicketSeconds } from '../compute.settings.ts'
import { vm as definition, type VmRow } from './vm.resource.ts'

const MAX_TICKETS = 10_000
const MAX_LOG_BYTES = 1024 * 1024

export interface ConsoleTicket {
  vm: string
  host: string
  kind: 'vnc' | 'serial'
  /** Who asked for it, as of now; null when the session is over, or the right to the console. `used`: somebody was at work. */
  current: RouteContext['current']
}

export interface Consoles {
  /** What a ticket stands for; it is used up by asking. Null when it is unknown, used or expired. */
  redeem(ticket: string): ConsoleTicket | null
  routes: Route[]
}

const request = objectSchema({ kind: f.choice(['vnc', 'serial']) }, 'create')
const hashOf = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url')

export interface ConsolesOptions {
  store: Store
  agents: AgentCalls
  settings: Settings
  /** Name of this control-plane node: a ticket tells who has issued it, and only that node knows what it stands for. */
  node: string
}

export function createConsoles({ store, agents, settings, node }: ConsolesOptions): Consoles {
  const tickets = new Map<string, ConsoleTicket & { expiresAt: number }>()

  async function runningVm({
    params,
    caller,
  }: {
    params: Record<string, string>
    caller: Caller
  }): Promise<VmRow & { host: string }> {
    const id = params.id ?? ''
    const vm = isUuid(id) ? await store.get<VmRow>('vm', id, caller) : null
    if (!vm) throw notFound('vm', id.slice(0, 64))
    await authorize(store.database, caller, definition, 'console', vm as unknown as Row)
    const { host } = vm
    if (!host)
      throw conflict(
        'WRONG_STATE',
        `The VM "${vm.name}" is ${vm.state}; a console needs a running one.`,
        'Start it first.',
      )
    if (!agents.connected(host))
      throw new Problem({
        status: 503,
        code: 'HOST_DISCONNECTED',
        detail: 'The host of the VM is not connected.',
        remedy: 'Try again when it is back.',
        retryAfterSeconds: 5,
      })
    return { ...vm, host }
  }

  /** Who asked for it, as long as it may still open this console. */
  const stillMay =
    ({ current, params }: RouteContext): RouteContext['current'] =>
    async (used) => {
      const caller = await current(used)
      try {
        if (caller) await runningVm({ params, caller })
        return caller
      } catch (error) {
        if (error instanceof Problem && error.status < 500) return null
        throw error
      }
    }

  async function issue(context: RouteContext) {
    const { kind } = checked(request, context.body) as { kind: 'vnc' | 'serial' }
    const vm = await runningVm(context)
    const ticket = `${node}.${randomBytes(32).toString('base64url')}`
    const now = Date.now()
    for (const [hash, { expiresAt }] of tickets)
      if (expiresAt < now || tickets.size >= MAX_TICKETS) tickets.delete(hash)
    const expiresAt = now + settings.get(consoleTicketSeconds, { kind: 'vm', id: vm.id }) * 1000
    tickets.set(hashOf(ticket), { vm: vm.id, host: vm.host, kind, expiresAt, current: stillMay(context) })
    context.reply.code(201)
    return { kind, ticket, path: `/v1/consoles/${ticket}`, expiresAt: new Date(expiresAt).toISOString() }
  }

  const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }
  const object = (description: string, properties: object) => ({
    description,
    content: { 'application/json': { schema: { type: 'object', properties, required: Object.keys(properties) } } },
  })
  const text = { type: 'string' }
  const time = { type: 'string', format: 'date-time' }
  const kind = { type: 'string', enum: ['vnc', 'serial'] }

  return {
    redeem(ticket) {
      const hash = hashOf(ticket)
      const found = tickets.get(hash)
      tickets.delete(hash)
      return found && found.expiresAt > Date.now() ? found : null
    },
    routes: [
      {
        method: 'POST',
        path: '/v1/vms/:id/console',
        operation: {
          operationId: 'vm.console',
          summary:
            'Get a one-time ticket, valid for some minutes, for a WebSocket to the screen (vnc) or serial line of a running VM.',
          tags: ['vm'],
          parameters: [idParameter],
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['kind'],
                  additionalProperties: false,
                  properties: { kind },
                },
              },
            },
          },
          responses: {
            '201': object('Connect to `path` as WebSocket.', { kind, ticket: text, path: text, expiresAt: time }),
          },
        },
        handle: issue,
      },
      {
        method: 'GET',
        path: '/v1/vms/:id/console-log',
        operation: {
          operationId: 'vm.consoleLog',
          summary: 'What the guest printed on its serial console, the last megabyte of it.',
          tags: ['vm'],
          parameters: [idParameter],
          responses: { '200': object('The log.', { text, truncated: { type: 'boolean' } }) },
        },
        async handle(context) {
          const vm = await runningVm(context)
          return driversOf(agents, vm.host).hypervisor.consoleLog({ vm: vm.id, maxBytes: MAX_LOG_BYTES })
        },
      },
      {
        method: 'GET',
        path: '/v1/vms/:id/guest-addresses',
        operation: {
          operationId: 'vm.guestAddresses',
          summary: 'Addresses that the guest itself reports through its agent.',
          tags: ['vm'],
          parameters: [idParameter],
          responses: {
            '200': object('Addresses by interface.', { interfaces: { type: 'array', items: { type: 'object' } } }),
          },
        },
        async handle(context) {
          const vm = await runningVm(context)
          return driversOf(agents, vm.host).hypervisor.guestAddresses({ vm: vm.id })
        },
      },
    ],
  }
}
