// A program for the tests: an agent whose work leaves a line in a file, so that doing it twice shows. Runs until it is killed.
// Arguments: URL of the control plane, directory with identity.pem, work file.
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadIdentity } from '@basalt/pki'
import { createAgentConnection, openLedger } from '../index.ts'
import { INVENTORY, STATUS } from './cloud.ts'

const [url = '', directory = '', workFile = ''] = process.argv.slice(2)
const identity = await loadIdentity(directory)
if (identity === undefined) throw new Error('no identity')

createAgentConnection({
  urls: [url],
  identity,
  hello: async () => ({ agentVersion: '1', bootId: 'boot', inventory: INVENTORY }),
  status: async () => STATUS,
  interfaces: {
    work: {
      async do({ text }: { text: string }) {
        await appendFile(workFile, `${text}\n`)
        return (await readFile(workFile, 'utf8')).trim().split('\n').length
      },
    },
  },
  ledger: await openLedger({ path: join(directory, 'ledger') }),
  backoff: { firstMs: 20, longestMs: 200 },
})
