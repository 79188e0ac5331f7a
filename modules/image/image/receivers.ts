/** Receivers of images for steps of sagas: here, or on the node that has the store. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cluster, fencedWriter, type Store } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import type { Keeping } from '../image-store/keeping.ts'
import { createReceiver, type Receiver, type ReportProgress } from './receiver.ts'
import type { Uploads } from './uploads.ts'

type Run = Pick<StepContext, 'runId' | 'epoch' | 'signal'>

/** What another node needs to act for a step of ours: arguments of the method, but for signal and progress. */
interface Errand {
  run: Pick<StepContext, 'runId' | 'epoch'>
  image: string
  facts: readonly unknown[]
}

interface Attention {
  signal: AbortSignal
  progress: ReportProgress
}

const DAY_MS = 86_400_000
/** A connection between nodes that breaks is made anew; each method stands being repeated. */
const ATTEMPTS = 20
const PAUSE_MS = 500

/** Each method by its arguments as they travel; the types of JSON values are those that went out. */
const METHODS = {
  receive: (receiver: Receiver, image: string, [allowPrivate]: readonly unknown[], attention: Attention) =>
    receiver.receive(image, { allowPrivate: allowPrivate === true, ...attention }),
  verify: (receiver: Receiver, image: string, _: readonly unknown[], attention: Attention) =>
    receiver.verify(image, attention),
  discard: (receiver: Receiver, image: string) => receiver.discard(image),
  look: (receiver: Receiver, image: string, _: readonly unknown[], attention: Attention) =>
    receiver.look(image, attention),
  recover: (receiver: Receiver, image: string, [from, sight]: readonly unknown[], attention: Attention) =>
    receiver.recover(image, String(from), sight as Awaited<ReturnType<Receiver['look']>>, attention),
}

type Method = keyof typeof METHODS

export function createReceivers(deps: {
  store: Store
  cluster: Cluster
  uploads: Uploads
  keeping: Keeping
}): (context: StepContext) => Receiver {
  const { store, cluster, uploads, keeping } = deps
  const here = (run: Run): Receiver => createReceiver({ store, writer: fencedWriter(store, run), uploads })

  for (const [method, act] of Object.entries(METHODS))
    cluster.serve(`image.${method}`, ({ run, image, facts }: Errand, attention) =>
      act(here({ ...run, signal: attention.signal }), image, facts, attention),
    )

  async function send(node: string, method: Method, errand: Errand, { signal, progress }: Attention): Promise<unknown> {
    const options = { signal, onProgress: progress, timeoutMs: DAY_MS }
    for (let attempt = 1; ; attempt++)
      try {
        return await cluster.call(node, `image.${method}`, errand, options)
      } catch (error) {
        const isCut = (error as { code?: string }).code === 'NODE_UNREACHABLE'
        if (!isCut || attempt >= ATTEMPTS) throw error
        await sleep(PAUSE_MS, undefined, { signal })
      }
  }

  return (context) => {
    const { runId, epoch, signal } = context
    const local = here(context)
    const calm: Attention = { signal, progress() {} }

    /** Here, or there, with the answer that the method has. */
    async function act<Answer>(method: Method, image: string, facts: unknown[], attention: Attention): Promise<Answer> {
      const keeper = await keeping.keeperOf(image)
      const answer = keeper
        ? await send(keeper, method, { run: { runId, epoch }, image, facts }, attention)
        : await METHODS[method](local, image, facts, attention)
      return answer as Answer
    }

    return {
      receive: (image, { allowPrivate, ...attention }) => act('receive', image, [allowPrivate], attention),
      verify: (image, attention) => act('verify', image, [], attention),
      discard: (image) => act('discard', image, [], calm),
      look: (image, attention) => act('look', image, [], attention),
      recover: (image, from, sight, attention) => act('recover', image, [from, sight], attention),
    }
  }
}
