/** The thread that hashes passwords, one at a time. Plain JavaScript: Node.js loads it as it is, from source and beside a bundle. */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { Algorithm, hashSync, verifySync } from '@node-rs/argon2'

/** Whoever is logged in already goes first where processors are scarce. */
const NICE = 10

/** On Linux a priority belongs to a thread, and this is the thread's own number. */
function giveWay() {
  if (process.platform !== 'linux') return
  const [, , thread] = readlinkSync('/proc/thread-self').split('/')
  setPriority(Number(thread), NICE)
}

giveWay()
parentPort?.on('message', ({ password, hash, parameters }) => {
  try {
    const result = hash
      ? verifySync(hash, password)
      : hashSync(password, { ...parameters, algorithm: Algorithm.Argon2id })
    parentPort?.postMessage({ result })
  } catch (error) {
    parentPort?.postMessage({ error: String(error) })
  }
})
