/** `npm run freeze -- VERSION`: before a release is tagged, keeps its schema and a sample of its data, which later versions are tried on. */
import { freeze, NotFrozen } from './migrations/freeze.ts'
import { createScratch } from './migrations/scratch.ts'
import { ROOT } from './tree.ts'

const [version = '', ...more] = process.argv.slice(2)
const scratch = createScratch()
try {
  if (more.length > 0) throw new NotFrozen(`one version at a time, without ${more.join(' ')}: npm run freeze -- 1.2.3`)
  for (const path of await freeze(ROOT, version, scratch)) console.log(`wrote ${path}`)
  console.log(`commit them with the message you like; then tag ${version}`)
} catch (error) {
  if (!(error instanceof NotFrozen)) throw error
  console.error(`nothing was frozen: ${error.message}`)
  process.exitCode = 1
} finally {
  await scratch.close()
}
