/**
 * Addresses from which wrong passwords came lately, as far as this node has seen. Whoever comes from there is let in all the same, but
 * waits in the lane of guesses, so that a flood of them takes neither the turns of others nor much of a processor. Which user is meant
 * does not count: how long one waits must not tell who exists, or who logs in from there.
 */
import { senderOf } from '@basalt/kernel'
import { createDebts } from './debts.ts'

/** How long a wrong password is remembered. */
const GUESS_S = 60
/** People mistype: so many count as that. */
const MISTYPED = 3

export interface Guessers {
  /** A wrong password came from there. */
  note(address: string): void
  /** Where an attempt from there waits. Guessers who go on are guessers for longer: until a minute after the last attempt. */
  laneOf(address: string): 'check' | 'guess'
}

export function createGuessers(now?: () => number): Guessers {
  const mostS = MISTYPED * GUESS_S
  const debts = createDebts(mostS, now)
  const isGuesser = (sender: string): boolean => debts.wait(sender, GUESS_S) > 0
  return {
    note(address) {
      const sender = senderOf(address)
      // What is owed does not pile up.
      if (!isGuesser(sender)) debts.owe(sender, GUESS_S)
    },
    laneOf(address) {
      const sender = senderOf(address)
      if (!isGuesser(sender)) return 'check'
      debts.set(sender, mostS)
      return 'guess'
    },
  }
}
