import { defineConfig } from 'vitest/config'

/** Every test file: `npx vitest run some/path`. The tiers (tools/tiers.ts) choose from these, see tools/vitest. */
export default defineConfig({
  test: {
    include: ['{apps,packages,modules,drivers,images,plugins,tools,tests}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    passWithNoTests: true,
  },
})
