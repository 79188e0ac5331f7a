/** The process that hashes passwords, one at a time. Plain JavaScript: Node.js runs it as it is, from source and beside a bundle. */
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { Algorithm, hashSync, verifySync } from '@node-rs/argon2'

/** Whoever is logged in already goes first where processors are scarce; but a tenth of one is left, or nobody could log in to see why. */
const NICE = 10

/**
 * Where the kernel shares processors out by sessions (autogroup), a priority counts within a session only, and what is hashed there is
 * missing to all others of it. So this process has a session of its own, which gives way as a whole.
 */
function giveWay() {
  setPriority(NICE)
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/autogroup', String(NICE))
  } catch {
    // The kernel has no such groups, or /proc may not be written: the priority of the process is what there is.
  }
}

giveWay()
process.on('disconnect', () => process.exit())
process.on('message', ({ password, hash, parameters }) => {
  try {
    const result = hash
      ? verifySync(hash, password)
      : hashSync(password, { ...parameters, algorithm: Algorithm.Argon2id })
    process.send?.({ result })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
