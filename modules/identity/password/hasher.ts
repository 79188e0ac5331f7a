/** Hashes and checks passwords: one at a time, in a process of low priority, with queues that are never long. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { overloaded } from '@basalt/kernel'
import { createLanes, type Lane } from './lanes.ts'
import { NO_HASH, PARAMETERS } from './phc.ts'

export interface PasswordHasher {
  /** A new hash, in PHC format. Goes before all checks: it is asked for by those who are logged in. */
  hash(password: string): Promise<string>
  /** Takes as long when there is no hash, so that nobody learns which users exist. */
  verify(password: string, hash: string | null): Promise<boolean>
  /** @throws Problem when another one would be refused right now */
  checkRoom(lane: Lane): void
  /** Holds room for one check while it is found out what to check. @throws Problem when there is none */
  reserve(lane: 'check' | 'guess'): Reserved
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
      clearTimeout(idle)
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
  const lanes = createLanes<Job>({ places: options.maxWaiting ?? MAX_WAITING, onTurn: next })
  let current: Job | undefined
  const hashing = createProcess(({ result, error }) => {
    const done = current
    lanes.done()
    next()
    if (error === undefined) done?.resolve(result)
    else done?.reject(new Error(`a password could not be hashed: ${error}`))
  })

  function next(): void {
    current = lanes.next()
    if (current) hashing.send(current.message)
    else hashing.rest()
  }

  const checkRoom = (lane: Lane): void => {
    if (!lanes.hasRoom(lane)) throw overloaded('passwords to check')
  }
  const wait = (lane: Lane, message: Omit<Job['message'], 'parameters'>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lanes.push(lane, { message: { ...message, parameters: PARAMETERS }, resolve, reject })
      if (!current) next()
    })

  // The same password may be typed as one character or as two that look like it.
  const normal = (password: string): string => password.normalize('NFKC')
  const check = async (lane: Lane, password: string, hash: string | null): Promise<boolean> =>
    (await wait(lane, { password: normal(password), hash: hash ?? NO_HASH })) === true
  return {
    waiting: lanes.waiting,
    checkRoom,
    reserve(lane) {
      checkRoom(lane)
      const giveBack = lanes.hold(lane)
      let isHeld = true
      const release = (): void => {
        isHeld = false
        giveBack()
      }
      return {
        release,
        async verify(password, hash) {
          if (!isHeld) throw new TypeError('this room was given back')
          release()
          return check(lane, password, hash)
        },
      }
    },
    async hash(password) {
      checkRoom('hash')
      return (await wait('hash', { password: normal(password) })) as string
    },
    async verify(password, hash) {
      checkRoom('check')
      return check('check', password, hash)
    },
  }
}
