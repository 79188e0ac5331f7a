/** The event stream as `--watch` needs it: loads first and after each lost connection, then changes in bundles, one after the other. */
import type { Cloud, EventFilter, ResourceEvent } from '@basalt/sdk'
import type { Row } from '../../input/references.ts'

export interface Follower {
  /** The stream is open: changes from now on will come, what is there now has to be looked at. */
  load(): Promise<void>
  /** All that came while the last bundle was being worked on. @returns whether to go on */
  apply(events: readonly ResourceEvent<Row>[]): Promise<boolean>
  onLost(): void
}

/** Runs until `signal` aborts, the follower has enough, or something fails. */
export async function follow(
  cloud: Cloud,
  filter: Pick<EventFilter, 'kinds' | 'resource'>,
  follower: Follower,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const both = AbortSignal.any([signal, over.signal])
  let waiting: ResourceEvent<Row>[] = []
  let work = Promise.resolve()
  const then = (next: () => Promise<void>): void => {
    work = work.then(() => (both.aborted ? undefined : next())).catch((error: unknown) => over.abort(error))
  }
  const drain = async (): Promise<void> => {
    const events = waiting
    waiting = []
    if (events.length > 0 && !(await follower.apply(events))) over.abort()
  }
  const onOpen = (): void => then(follower.load)
  const stream = cloud.events({ ...filter, signal: both, onOpen, onLost: follower.onLost })
  for await (const event of stream as AsyncIterable<ResourceEvent<Row>>) {
    waiting.push(event)
    then(drain)
  }
  await work
  const { reason } = over.signal
  if (over.signal.aborted && !(reason instanceof DOMException)) throw reason
}
