/**
 * Split knowledge and dual control: who keeps the rights makes users and could log in as them if it knew their first passwords. So each
 * of two parts has one half of what sets a password; the user alone has both.
 */
import { conflict, implement, type Settings, type Slice } from '@basalt/kernel'
import { randomPassword } from '../password/random-password.ts'
import { checkOther, partAsking, requestEnd } from '../separation/consent.ts'
import { hashOfToken } from '../session/token.ts'
import { type InvitationRow, invitation } from './invitation.resource.ts'

export const invitationSlice = (settings: Settings): Slice =>
  implement(invitation, {
    create: {
      async short({ input, caller, store, refs }) {
        const part = await partAsking(store, caller)
        const { username } = refs.get<{ id: string; username: string }>(input.user)
        const code = randomPassword()
        const set = {
          name: username,
          requestedBy: caller.user,
          requestedPart: part,
          validUntil: await requestEnd(store, settings),
          code: hashOfToken(code),
        }
        return { set, reveal: { code } }
      },
    },
    approve: {
      async short({ row, caller, store }) {
        const asked = row as unknown as InvitationRow
        checkOther(asked, caller, await partAsking(store, caller))
        if (Date.parse(asked.validUntil) <= (await store.now()))
          throw conflict('REQUEST_EXPIRED', 'Nobody approved this in time.', 'Ask for it again.')
        const secondCode = randomPassword()
        const validUntil = await requestEnd(store, settings)
        return {
          set: { decidedBy: caller.user, validUntil, secondCode: hashOfToken(secondCode) },
          reveal: { secondCode },
        }
      },
    },
    reject: {
      async short({ caller, store }) {
        await partAsking(store, caller)
        return { set: { decidedBy: caller.user } }
      },
    },
  })
