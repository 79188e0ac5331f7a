import { configDefaults, defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'
import { ROOT } from '../tree.ts'

/** Unit, slice, contract and torture tests: quick, side by side. */
export default defineConfig({
  root: ROOT,
  test: {
    ...base.test,
    exclude: [...configDefaults.exclude, '**/*.system.test.ts', '**/*.browser.test.ts'],
    isolate: false,
  },
})
