/** `basalt logout` */
import { ApiProblem } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { addGlobalOptions } from './common.ts'

async function logout(context: Context): Promise<void> {
  const { profiles, terminal } = context
  const { accessKey } = profiles.get() ?? {}
  const cloud = await context.cloud()
  try {
    // An access key has no session: it is only forgotten here.
    if (!accessKey) await cloud.logout()
  } catch (error) {
    // It has ended already.
    if (!(error instanceof ApiProblem && [401, 404].includes(error.status))) throw error
  }
  const profile = profiles.all()[profiles.name]
  if (profile)
    await profiles.save(profiles.name, {
      ...profile,
      token: undefined,
      accessKey: undefined,
      expiresAt: undefined,
    })
  terminal.note('Logged out.')
}

export function addLogout(program: Command, context: Context): void {
  const command = program
    .command('logout')
    .description('End the session.')
    .action(() => logout(context))
  addGlobalOptions(command)
}
