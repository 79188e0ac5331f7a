/**
 * The console in Chromium, before a list of very many VMs: how soon somebody can use it who was never here, a query of all of them, and
 * whether it scrolls as often as the screen is drawn.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import {
  type Browser,
  buildConsole,
  hasBrowser,
  openBrowser,
  type Visit,
} from '../../../apps/console/test/browser.fixture.ts'
import { type Bed, onBed, PASSWORDS } from '../bed/bed.ts'
import { populate } from '../bed/population.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { startEcho } from '../load/echo.ts'

const vms = parameter('BENCH_ROWS', 100_000, 'VMs that are in the database')
const rounds = parameter('BENCH_ROUNDS', 7, 'visitors who come for the first time')
const scrollMs = parameter('BENCH_SCROLL_MS', 3_000, 'how long each round scrolls')

/** What screens are drawn with. */
const FRAMES_PER_SECOND = 60
/** A turn of a mouse's wheel, and how long until the next. */
const [WHEEL_PIXELS, WHEEL_MS] = [120, 25]

/** A row is there, and the page has nothing left to do before it would answer a key; resolves with the milliseconds since it was asked for. */
const USABLE = `new Promise((resolve) => {
  const look = () => document.querySelector('.row-link')
    ? requestIdleCallback(() => resolve(performance.now()))
    : requestAnimationFrame(look)
  look()
})`
/** As little as a browser can show. */
const SHOWN = 'new Promise((resolve) => requestIdleCallback(() => resolve(performance.now())))'

/** Resolves with the frames that were drawn in each second. */
const framesExpression = (ms: number): string => `new Promise((resolve) => {
  const began = performance.now()
  let frames = 0
  const draw = () => {
    const ms = performance.now() - began
    if (ms >= ${ms}) return resolve(frames / ms * 1000)
    frames++
    requestAnimationFrame(draw)
  }
  requestAnimationFrame(draw)
})`

const evaluate = (page: Page, expression: string): Promise<number> => page.evaluate<number>(expression)

/** Opens a page for somebody whose browser has nothing of it yet. */
async function coldly(browser: Browser, like: Visit, url: string, until: string): Promise<number> {
  const { page, context } = await browser.visit(like)
  try {
    await page.goto(url, { waitUntil: 'commit' })
    return await evaluate(page, until)
  } finally {
    await context.close()
  }
}

async function tellFirstScreen(browser: Browser, like: Visit, bareUrl: string, report: Report): Promise<void> {
  const ours: number[] = []
  const bare: number[] = []
  // What the node and PostgreSQL do the first time is not what visitors wait for.
  await coldly(browser, like, '/vms', USABLE)
  for (let round = 0; round < rounds.value; round++) {
    ours.push(await coldly(browser, like, '/vms', USABLE))
    bare.push(await coldly(browser, like, bareUrl, SHOWN))
  }
  report.tell({
    measure: `console, first usable screen of ${vms.value} VMs`,
    unit: 'ms',
    better: 'less',
    ours,
    yardstick: bare,
    beside: 'a line of text from a bare node:http server, in the same browser',
    reach: 'below 1,500 ms, cold',
    keeps: (mine) => mine < 1_500,
    note: 'the list shows rows, and the page is idle; nothing is cached',
  })
}

async function tellQuery({ page }: Visit, report: Report): Promise<void> {
  const box = page.getByLabel('Filter by name or query')
  const count = page.getByRole('status')
  const times: number[] = []
  for (let round = 1; round <= rounds.value; round++) {
    const name = `vm-${Math.floor((round * vms.value) / (rounds.value + 1))}`
    const began = performance.now()
    await box.fill(`name = ${name}`)
    await count.filter({ hasText: /^1 / }).waitFor()
    await page.getByRole('link', { name, exact: true }).waitFor()
    times.push(performance.now() - began)
    await box.fill('')
    await count.filter({ hasText: /^newest / }).waitFor()
  }
  report.tell({
    measure: `console, one of ${vms.value} VMs by a query`,
    unit: 'ms',
    better: 'less',
    ours: times,
    note: 'from the last key to its row; 250 ms of it the console waits for further keys',
  })
}

/** Down and up again: what scrolls has an end. */
async function wheel(page: Page): Promise<void> {
  const end = performance.now() + scrollMs.value
  for (let turn = 0; performance.now() < end; turn++) {
    await page.mouse.wheel(0, Math.floor(turn / 10) % 2 === 0 ? WHEEL_PIXELS : -WHEEL_PIXELS)
    await sleep(WHEEL_MS)
  }
}

async function tellScrolling({ page }: Visit, report: Report): Promise<void> {
  const frames = framesExpression(scrollMs.value)
  await page.locator('.row-link').first().hover()
  const [scrolled, still]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds.value; round++) {
    scrolled.push((await Promise.all([evaluate(page, frames), wheel(page)]))[0])
    still.push(await evaluate(page, frames))
  }
  report.tell({
    measure: `console, scrolling a list of ${vms.value} VMs`,
    unit: 'frames/s',
    better: 'more',
    ours: scrolled,
    yardstick: still,
    beside: 'the same page at rest',
    reach: `${FRAMES_PER_SECOND} frames/s`,
    // A frame may fall on either side of the round's end.
    keeps: (mine) => Math.round(mine) >= FRAMES_PER_SECOND,
    note: '50 rows a page',
  })
}

async function measure({ node }: Bed, report: Report): Promise<void> {
  const [browser, echo] = [await openBrowser(node.apiUrl), startEcho()]
  try {
    const visit = await browser.visit()
    await visit.login('admin', PASSWORDS.operator)
    const { url: bare } = await echo.ask('http')
    await report.attempt('first screen', () => tellFirstScreen(browser, visit, bare, report))
    await visit.page.goto('/vms')
    await evaluate(visit.page, USABLE)
    await report.attempt('scrolling', () => tellScrolling(visit, report))
    await report.attempt('query', () => tellQuery(visit, report))
    await visit.picture('bench-console')
  } finally {
    await Promise.all([browser.close(), echo.close()])
  }
}

export const bench: Bench = {
  about: 'the console in Chromium before very many VMs: the first screen, a query, scrolling',
  parameters: { vms, rounds, scrollMs },
  limitMinutes: 8,
  async run(report) {
    if (!hasBrowser)
      throw new Error(
        'There is no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM to its path.',
      )
    const { directory, remove } = await buildConsole()
    try {
      await onBed(
        async (bed) => {
          await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
          await measure(bed, report)
        },
        { consoleDir: directory },
      )
    } finally {
      await remove()
    }
  },
}
