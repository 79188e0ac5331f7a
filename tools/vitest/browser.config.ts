import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'
import { ROOT } from '../tree.ts'

/** The built console in headless Chromium, a file at a time. */
export default defineConfig({
  root: ROOT,
  test: {
    ...base.test,
    include: ['{apps,packages,modules,drivers,images,tools,tests}/**/*.browser.test.ts'],
    fileParallelism: false,
    isolate: false,
  },
})
