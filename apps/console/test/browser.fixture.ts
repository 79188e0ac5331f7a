/** A browser for tests: the built console in headless Chromium, with everything it asks for and complains about on record. */
import { execFile } from 'node:child_process'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
]

/** Whether a browser is installed here. */
export const hasBrowser = await access(CHROMIUM).then(
  () => true,
  () => false,
)

export interface Visit {
  page: Page
  context: BrowserContext
  /** Origins that were asked for anything. */
  origins: Set<string>
  /** Errors of scripts, and what the content security policy refused. */
  complaints: string[]
  /** The dialog that is open. */
  dialog: Locator
  /** Keep a picture of the page for people to look at. */
  picture(name: string): Promise<void>
  login(username: string, password: string): Promise<void>
}

export interface Browser {
  /** A new visitor, who has been here never before; with the session of another, when one is given, and nothing else of theirs. */
  visit(sessionOf?: Visit): Promise<Visit>
  /** Directory of the pictures; they stay. */
  pictures: string
  close(): Promise<void>
}

/** Build the console into a directory of its own; returns that, and a function that removes it. */
export async function buildConsole(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'console-build-'))
  const root = fileURLToPath(new URL('..', import.meta.url))
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  // In a process of its own: this one is in test mode, in which React is another.
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', directory, '--emptyOutDir'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) }
}

function record(context: BrowserContext): Pick<Visit, 'origins' | 'complaints'> {
  const origins = new Set<string>()
  const complaints: string[] = []
  context.on('request', (request) => origins.add(new URL(request.url()).origin))
  context.on('weberror', (error) => complaints.push(String(error.error().stack)))
  context.on('console', (message) => {
    // The browser itself reports refused requests; those are asked for by the tests.
    const expected = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !expected) complaints.push(message.text())
  })
  return { origins, complaints }
}

/** @param url where the console is served */
export async function openBrowser(url: string): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'console-browser-'))
  const pictures = process.env.BASALT_PICTURES ?? (await mkdtemp(join(tmpdir(), 'console-pictures-')))
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
    env: { ...process.env, HOME: profile },
  })
  return {
    pictures,
    async visit(sessionOf) {
      const context = await browser.newContext({
        storageState: await sessionOf?.context.storageState(),
        baseURL: url,
        ignoreHTTPSErrors: true,
        viewport: { width: 1400, height: 860 },
      })
      context.setDefaultTimeout(20_000)
      const recorded = record(context)
      const page = await context.newPage()
      return {
        page,
        context,
        ...recorded,
        dialog: page.getByRole('dialog'),
        async picture(name) {
          await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
        },
        async login(username, password) {
          await page.goto('/')
          await page.getByLabel('User name').fill(username)
          await page.getByLabel('Password').fill(password)
          await page.getByRole('button', { name: 'Log in' }).click()
          await page.getByRole('navigation').waitFor()
        },
      }
    },
    async close() {
      await browser.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
