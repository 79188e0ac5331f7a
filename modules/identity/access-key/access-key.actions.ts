/** Access keys are made by a user for itself; the secret is shown once, and kept sealed. */
import { randomBytes } from 'node:crypto'
import { implement } from '@basalt/kernel'
import { accessKey } from './access-key.resource.ts'

const SECRET_BYTES = 32

export const accessKeySlice = implement(accessKey, {
  create: {
    async short({ caller }) {
      const secret = randomBytes(SECRET_BYTES).toString('base64url')
      return { set: { user: caller.user, secret }, reveal: { secret } }
    },
  },
  disable: { short: async () => undefined },
  enable: { short: async () => undefined },
})
