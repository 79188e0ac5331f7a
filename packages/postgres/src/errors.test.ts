import { expect, test } from 'vitest'
import { errorFromServerLog } from './errors.ts'

test('a full disk is called a full disk', () => {
  const log = 'FATAL:  could not write lock file "postmaster.pid": No space left on device\n'
  expect(errorFromServerLog(log, '/srv/data')).toMatchObject({
    code: 'DISK_FULL',
    remedy: expect.stringContaining('Free'),
  })
})
