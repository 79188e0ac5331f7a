import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createKnownNodes } from './known-nodes.ts'

test('[core.mn-ha] [host.add] nodes that were told are known after a restart; a damaged file is no reason to fail', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'known-nodes-'))
  try {
    expect(await createKnownNodes(directory).load()).toEqual([])
    const nodes = createKnownNodes(directory)
    await Promise.all([nodes.save(['https://a:1']), nodes.save(['https://a:1', 'https://b:1'])])
    expect(await createKnownNodes(directory).load()).toEqual(['https://a:1', 'https://b:1'])
    await writeFile(join(directory, 'control-plane-nodes.json'), '["https://a:1", 7')
    expect(await createKnownNodes(directory).load()).toEqual([])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
