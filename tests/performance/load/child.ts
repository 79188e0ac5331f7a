/** A process that answers each message with one. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

export interface Child<Ask, Answer> {
  pid: number
  ask(question: Ask): Promise<Answer>
  close(): Promise<void>
}

interface Reply<Answer> {
  answer?: Answer
  error?: string
}

/** @param options.detached in a session of its own: where the kernel shares processors out by sessions, its priority counts beside all others */
export function startChild<Ask, Answer>(program: string, options: { detached?: boolean } = {}): Child<Ask, Answer> {
  const child: ChildProcess = fork(program, { ...options, execArgv: ['--import', 'tsx'], serialization: 'advanced' })
  return {
    pid: child.pid ?? 0,
    async ask(question) {
      const over = new AbortController()
      const died = once(child, 'exit', { signal: over.signal }).then(([code, signal]): never => {
        throw new Error(`${program} ended with ${signal ?? code}`)
      })
      try {
        child.send(question as object)
        const [reply] = (await Promise.race([once(child, 'message', { signal: over.signal }), died])) as [Reply<Answer>]
        if (reply.error) throw new Error(reply.error)
        return reply.answer as Answer
      } finally {
        died.catch(() => {})
        over.abort()
      }
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** The other side: questions are answered one after the other. */
export function serveParent<Ask, Answer>(answerTo: (question: Ask) => Promise<Answer>): void {
  process.on('message', (question: Ask) => {
    answerTo(question).then(
      (answer) => process.send?.({ answer }),
      (error: Error) => process.send?.({ error: error.message || String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}
