/** Hashes and checks passwords: one at a time, in a process of low priority, with a queue that is never long. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { overloaded } from '@basalt/kernel'
import { NO_HASH, PARAMETERS } from './phc.ts'

export interface PasswordHasher {
  /** A new hash, in PHC format. Goes before all checks: it is asked for by those who are logged in. */
  hash(password: string): Promise<string>
  /** Takes as long when there is no hash, so that nobody learns which users exist. */
  verify(password: string, hash: string | null): Promise<boolean>
  /** @throws Problem when another check, or another new hash, would be refused right now */
  checkRoom(forWhat: 'check' | 'hash'): void
  /** Holds room for one check while it is found out what to check. @throws Problem when there is none */
  reserve(): Reserved
  /** How many wait. */
  waiting(): number
}

/** Room for one check. */
export interface Reserved {
  /** Once. */
  verify(password: string, hash: string | null): Promise<boolean>
  /** Gives it back, if it was not used. */
  release(): void
}

interface Job {
  message: { password: string; hash?: string; parameters: typeof PARAMETERS }
  resolve(result: unknown): void
  reject(error: unknown): void
}

interface Answer {
  result?: unknown
  error?: string
}

export const MAX_WAITING = 64
/** A process without work is ended, and begun anew when there is some. */
const IDLE_MS = 30_000

const PROGRAM = fileURLToPath(new URL('./hash-process.js', import.meta.url))

const busy = () => overloaded('passwords to check')

/** The process, which is there while it is needed. `onAnswer` is called once for each message that was sent. */
function createProcess(onAnswer: (answer: Answer) => void) {
  let child: ChildProcess | null = null
  let idle: ReturnType<typeof setTimeout> | undefined

  function start(): ChildProcess {
    // In a session of its own, for the reason that it tells; and what our environment holds is none of its business.
    const made = fork(PROGRAM, [], { detached: true, execArgv: [], env: {}, serialization: 'advanced' })
    const end = (error: string): void => {
      if (child !== made) return
      child = null
      onAnswer({ error })
    }
    made.on('message', (answer) => onAnswer(answer as Answer))
    made.on('error', (error) => end(String(error)))
    made.on('exit', (code) => end(`the process that hashes passwords ended with ${code}`))
    return made
  }

  return {
    send(message: Job['message']): void {
      clearTimeout(idle)
      child ??= start()
      child.ref()
      child.channel?.ref()
      child.send(message)
    },
    rest(): void {
      // Nobody waits for it: it does not keep the process.
      child?.unref()
      child?.channel?.unref()
      idle = setTimeout(() => {
        const ended = child
        child = null
        ended?.disconnect()
      }, IDLE_MS).unref()
    },
  }
}

export function createPasswordHasher(options: { maxWaiting?: number } = {}): PasswordHasher {
  const { maxWaiting = MAX_WAITING } = options
  const hashes: Job[] = []
  const checks: Job[] = []
  let current: Job | undefined
  let reserved = 0
  const hashing = createProcess(({ result, error }) => {
    const done = current
    current = undefined
    next()
    if (error === undefined) done?.resolve(result)
    else done?.reject(new Error(`a password could not be hashed: ${error}`))
  })

  function next(): void {
    current = hashes.shift() ?? checks.shift()
    if (current) hashing.send(current.message)
    else hashing.rest()
  }

  const hasRoom = (lane: Job[]): boolean => lane.length + (lane === checks ? reserved : 0) < maxWaiting

  const wait = (lane: Job[], message: Omit<Job['message'], 'parameters'>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lane.push({ message: { ...message, parameters: PARAMETERS }, resolve, reject })
      if (!current) next()
    })
  const ask = async (lane: Job[], message: Omit<Job['message'], 'parameters'>): Promise<unknown> => {
    if (!hasRoom(lane)) throw busy()
    return wait(lane, message)
  }

  // The same password may be typed as one character or as two that look like it.
  const normal = (password: string): string => password.normalize('NFKC')
  return {
    waiting: () => hashes.length + checks.length,
    checkRoom(forWhat) {
      if (!hasRoom(forWhat === 'check' ? checks : hashes)) throw busy()
    },
    reserve() {
      if (!hasRoom(checks)) throw busy()
      reserved++
      let isHeld = true
      const release = (): void => {
        if (isHeld) reserved--
        isHeld = false
      }
      return {
        release,
        async verify(password, hash) {
          if (!isHeld) throw new TypeError('this room was given back')
          release()
          return (await wait(checks, { password: normal(password), hash: hash ?? NO_HASH })) === true
        },
      }
    },
    hash: async (password) => (await ask(hashes, { password: normal(password) })) as string,
    verify: async (password, hash) =>
      (await ask(checks, { password: normal(password), hash: hash ?? NO_HASH })) === true,
  }
}
