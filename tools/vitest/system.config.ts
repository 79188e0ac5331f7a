import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'
import { ROOT } from '../tree.ts'

/** Tests against real daemons, a file at a time: each brings up daemons and guests that want both cores. */
export default defineConfig({
  root: ROOT,
  test: {
    ...base.test,
    include: ['{apps,packages,modules,drivers,images,tools,tests}/**/*.system.test.ts'],
    fileParallelism: false,
    isolate: false,
  },
})
