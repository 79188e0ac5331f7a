/** Those who are told what happens: observers of every event, and notifiers that tell people. */
import { type Resource, title } from '@basalt/resource'
import type { ResourceEvent } from '../events.ts'

/** Told of each event at least once, in their order, by one node at a time. */
export interface EventObserver {
  /** Where it has come to is kept under this name: it never changes. */
  name: string
  /** Only events of these kinds; every one when absent. */
  kinds?: readonly string[]
  /**
   * When it throws, or has not ended when `signal` says so, it is told the same event again, after growing pauses, and nothing of what
   * came later.
   */
  observe(event: ResourceEvent, signal: AbortSignal): Promise<void>
}

/** Something that happened, in words for people. */
export interface Notice {
  severity: 'info' | 'error'
  /** One line, e.g. `VM "web" has failed`. */
  title: string
  /** Why, and what to do, where there is more to say. */
  text: string
  event: ResourceEvent
}

/** Brings notices to people: by mail, by chat, by syslog. */
export interface Notifier {
  /** As that of an observer. */
  name: string
  /** Of these it is told; of every one when absent. */
  wants?(notice: Notice): boolean
  /** As `observe` of an observer. */
  notify(notice: Notice, signal: AbortSignal): Promise<void>
}

const CHANGES: Record<ResourceEvent['change'], string> = {
  created: 'was created',
  updated: 'has changed',
  deleted: 'was deleted',
}

interface Cause {
  message?: string
  remedy?: string | null
}

/** The notice of an event of a resource of this kind. */
export function noticeOf(event: ResourceEvent, resource: Pick<Resource, 'kind' | 'failedStates'>): Notice {
  const { data, change } = event
  const state = typeof data.state === 'string' ? data.state : undefined
  const isFailed = state !== undefined && change !== 'deleted' && resource.failedStates.includes(state)
  const cause = (data.cause ?? {}) as Cause
  const how = isFailed ? `is ${state}` : CHANGES[change]
  return {
    severity: isFailed ? 'error' : 'info',
    title: `${title(resource.kind)} "${data.name ?? event.resource}" ${how}`,
    text: isFailed ? [cause.message, cause.remedy].filter(Boolean).join(' ') : '',
    event,
  }
}

/** A notifier as an observer. */
export const observing = ({ name, wants, notify }: Notifier, resources: readonly Resource[]): EventObserver => {
  const byKind = new Map(resources.map((resource) => [resource.kind, resource]))
  return {
    name,
    async observe(event, signal) {
      const resource = byKind.get(event.kind)
      if (!resource) return
      const notice = noticeOf(event, resource)
      if (wants?.(notice) ?? true) await notify(notice, signal)
    },
  }
}
