/** `basalt logout` */
import { ApiProblem } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { addGlobalOptions } from './common.ts'

async function logout(context: Context): Promise<void> {
  const { profiles, terminal } = context
  const cloud = await context.cloud()
  try {
    await cloud.logout()
  } catch (error) {
    // It has ended already.
    if (!(error instanceof ApiProblem && [401, 404].includes(error.status))) throw error
  }
  const profile = profiles.all()[profiles.current]
  if (profile)
    await profiles.save(profiles.current, { ...profile, token: undefined, session: undefined, expiresAt: undefined })
  terminal.note('Logged out.')
}

export function addLogout(program: Command, context: Context): void {
  const command = program
    .command('logout')
    .description('End the session.')
    .action(() => logout(context))
  addGlobalOptions(command)
}
