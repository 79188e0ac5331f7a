/** A cloud with its console, for the tests of one `describe`, and visitors who must leave it without a complaint. */
import { type CloudEnvironment, type CloudSpec, cloud, type Who } from '@basalt/testkit'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type Browser, buildConsole, openBrowser, type Visit } from './browser.fixture.ts'

export interface ConsoleCloud {
  env: CloudEnvironment
  browser: Browser
  /** Where the built console is; it goes away with the tests. */
  directory: string
}

export interface Visitors {
  /** Somebody who has not logged in. */
  visit(): Promise<Visit>
  visitAs(who: Who): Promise<Visit>
}

/** @param ready called once before the first test */
export function consoleCloud(spec: CloudSpec, ready: (made: ConsoleCloud) => void | Promise<void>): Visitors {
  let made: Partial<ConsoleCloud> = {}
  let built: Awaited<ReturnType<typeof buildConsole>> | undefined
  const visits: Visit[] = []

  beforeAll(async () => {
    built = await buildConsole()
    const env = await cloud({ ...spec, consoleDir: built.directory })
    made = { env }
    const browser = await openBrowser(env.controlPlane().apiUrl)
    made = { env, browser }
    await ready({ env, browser, directory: built.directory })
  })
  afterAll(async () => {
    await made.browser?.close()
    await made.env?.close()
    await built?.remove()
  })
  afterEach(async () => {
    for (const { context, complaints, origins } of visits.splice(0)) {
      await context.close()
      expect(complaints).toEqual([])
      // Nothing is ever asked of anybody else.
      expect([...origins]).toEqual([new URL(made.env?.controlPlane().apiUrl ?? '').origin])
    }
  })

  async function visit(): Promise<Visit> {
    if (!made.browser) throw new Error('the browser is not open')
    const visitor = await made.browser.visit()
    visits.push(visitor)
    return visitor
  }
  return {
    visit,
    async visitAs(who) {
      const visitor = await visit()
      await visitor.login(who === 'operator' ? 'admin' : who, made.env?.passwords[who] ?? '')
      return visitor
    },
  }
}
