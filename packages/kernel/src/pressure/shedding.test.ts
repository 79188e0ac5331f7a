import { expect, test } from 'vitest'
import { createShedding, nextShare } from './shedding.ts'

/** A node that looks at one request a millisecond, in their order; `perMs` come. Everything is told by a clock of its own. */
function node() {
  let atMs = 0
  let turn = 0
  let coming = 0
  const queue: number[] = []
  const tally = { came: 0, refused: 0, waitedMs: [] as number[] }
  // As even as chance can be: a share of so much refuses exactly that much.
  let owed = 0
  let asked = 0
  const chance = (): number => {
    const refuse = owed + asked >= 1
    owed = refuse ? owed + asked - 1 : owed + asked
    return refuse ? 0 : 1
  }
  const shedding = createShedding(() => atMs, chance)
  function arrive(): void {
    asked = shedding.share()
    tally.came++
    if (shedding.enter()) tally.refused++
    else queue.push(atMs)
  }
  return {
    shedding,
    run(ms: number, perMs: number) {
      Object.assign(tally, { came: 0, refused: 0, waitedMs: [] })
      for (const end = atMs + ms; atMs < end; atMs++) {
        for (coming += perMs; coming >= 1; coming--) arrive()
        for (turn++; turn >= 1; turn--) {
          const since = queue.shift()
          if (since === undefined) continue
          tally.waitedMs.push(atMs - since)
          shedding.leave(atMs - since)
        }
      }
      return { ...tally, longestMs: Math.max(...tally.waitedMs) }
    },
  }
}

test('[core.isolation] at twice what a node can do half is refused, those let in wait little, and then nobody is refused', () => {
  const { run, shedding } = node()
  expect(run(2_000, 0.9).refused).toBe(0)
  run(10_000, 2)
  const steady = run(5_000, 2)
  expect(steady.refused / steady.came).toBeGreaterThan(0.45)
  expect(steady.refused / steady.came).toBeLessThan(0.55)
  expect(steady.waitedMs.length).toBeGreaterThan(4_900)
  expect(steady.longestMs).toBeLessThan(250)
  run(30_000, 0.5)
  expect(shedding.share()).toBe(0)
  expect(run(1_000, 0.9).refused).toBe(0)
})

test('[core.isolation] few who wait long are no overload, such as while the database is away', () => {
  let atMs = 0
  const shedding = createShedding(
    () => atMs,
    () => 0,
  )
  for (let each = 0; each < 1_000; each++) {
    expect(shedding.enter()).toBe(false)
    atMs += 5_000
    shedding.leave(5_000)
  }
  expect(shedding.share()).toBeGreaterThan(0)
})

test('[core.isolation] who is gone before its turn waits no more, and what was refused before is forgotten when it is quiet', () => {
  let atMs = 0
  const shedding = createShedding(
    () => atMs,
    () => 0,
  )
  for (let each = 0; each < 200; each++) shedding.enter()
  for (let look = 0; look < 500; look++) {
    atMs += 15
    if (!shedding.enter()) shedding.leave(3_000)
  }
  expect(shedding.share()).toBeGreaterThan(0.1)
  expect(shedding.enter()).toBe(true)
  for (let each = 0; each < 200; each++) shedding.abandon()
  expect(shedding.enter()).toBe(false)
  shedding.leave(0)
  atMs += 60_000
  shedding.enter()
  shedding.leave(0)
  atMs += 60_000
  shedding.enter()
  expect(shedding.share()).toBe(0)
})

test('[core.isolation] the share grows with the waiting and with its growth, by little at a time', () => {
  expect(nextShare(0, 10, 10)).toBe(0)
  expect(nextShare(0.5, 10, 10)).toBeCloseTo(0.49)
  expect(nextShare(0.5, 300, 300)).toBeCloseTo(0.52)
  expect(nextShare(0.5, 110, 110)).toBeLessThan(nextShare(0.5, 110, 108))
  expect(nextShare(0.94, 10_000, 0)).toBe(0.95)
  expect(nextShare(0.05, 0, 500)).toBe(0)
})
