/** Who waits for the process that hashes passwords: how many may, whose turn it is, and how much of a processor guesses get. */

/** In the order of their turns: new passwords of those who are logged in, checks, checks for those who guessed lately. */
const LANES = ['hash', 'check', 'guess'] as const
export type Lane = (typeof LANES)[number]

/**
 * After a guess there is no other for so many times as long as it took, so that a hundredth of a processor is theirs at most: measured,
 * hashing all the time slows everybody else down, at whatever priority.
 */
const RESTS = 127
/** Where processors are scarce one takes long, but nobody is made to wait for that. */
const MOST_REST_MS = 1_000

/** Those who guess have few turns, and so fewer places: nobody waits for long. */
const placesIn = (lane: Lane, places: number): number => (lane === 'guess' ? Math.ceil(places / 8) : places)

interface Clock {
  now(): number
  later(ms: number, call: () => void): void
}

export interface Lanes<Job> {
  hasRoom(lane: Lane): boolean
  /** Holds a place; call what is returned, once, to give it back. */
  hold(lane: Lane): () => void
  push(lane: Lane, job: Job): void
  /** Whose turn it is; undefined when nobody waits, or those who do have to rest: `onTurn` is called when that is over. */
  next(): Job | undefined
  /** The one whose turn it was is done. */
  done(): void
  /** How many wait. */
  waiting(): number
}

export interface LanesOptions {
  /** How many may wait in a lane. */
  places: number
  onTurn(): void
  clock?: Clock
}

const CLOCK: Clock = { now: () => performance.now(), later: (ms, call) => void setTimeout(call, ms) }

export function createLanes<Job>({ places, onTurn, clock = CLOCK }: LanesOptions): Lanes<Job> {
  const jobs: Record<Lane, Job[]> = { hash: [], check: [], guess: [] }
  const held: Record<Lane, number> = { hash: 0, check: 0, guess: 0 }
  let turn: { lane: Lane; sinceMs: number } | null = null
  /** While it is true nobody guesses. */
  let rests = false

  const mayGo = (lane: Lane): boolean => jobs[lane].length > 0 && !(lane === 'guess' && rests)

  function rest(ms: number): void {
    rests = true
    clock.later(ms, () => {
      rests = false
      if (!turn) onTurn()
    })
  }

  return {
    hasRoom: (lane) => jobs[lane].length + held[lane] < placesIn(lane, places),
    hold(lane) {
      let isHeld = true
      held[lane]++
      return () => {
        if (isHeld) held[lane]--
        isHeld = false
      }
    },
    push: (lane, job) => void jobs[lane].push(job),
    next() {
      const lane = LANES.find(mayGo)
      turn = lane ? { lane, sinceMs: clock.now() } : null
      return lane && jobs[lane].shift()
    },
    done() {
      if (turn?.lane === 'guess') rest(Math.min(MOST_REST_MS, RESTS * (clock.now() - turn.sinceMs)))
      turn = null
    },
    waiting: () => LANES.reduce((sum, lane) => sum + jobs[lane].length, 0),
  }
}
