/** `basalt redeem` */
import { connect } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliError, EXIT, usageError } from '../errors.ts'
import { addGlobalOptions } from './common.ts'
import { addTrustOptions, authorityOf, readText, type TrustOptions, urlOf } from './trust.ts'

interface RedeemOptions extends TrustOptions {
  url?: string
  username?: string
  codeFile?: string
  secondCodeFile?: string
  passwordFile?: string
}

async function redeem(context: Context, options: RedeemOptions): Promise<void> {
  const { terminal, profiles } = context
  const where = options.url ?? profiles.get()?.url
  if (!where)
    throw new CliError('MISSING_VALUE', 'Where is the cloud?', {
      remedy: 'basalt redeem --url https://HOST:7443 --username NAME',
      exitCode: EXIT.usage,
    })
  const url = urlOf(where)
  const ca = await authorityOf(context, url, options)
  const secret = async (file: string | undefined, option: string, question: string): Promise<string> =>
    file ? (await readText(file, option)).replace(/\r?\n$/, '') : terminal.askSecret(question)
  const username = options.username ?? (await terminal.ask('User name: '))
  const code = await secret(options.codeFile, '--code-file', 'First code: ')
  const secondCode = await secret(options.secondCodeFile, '--second-code-file', 'Second code: ')
  const password = await secret(options.passwordFile, '--password-file', 'New password: ')
  if (!options.passwordFile && (await terminal.askSecret('New password, once more: ')) !== password)
    throw usageError('The two passwords differ; nothing was changed.', 'Type the same one twice.')
  const cloud = await connect({ url, ca })
  try {
    await cloud.http.call('POST', '/v1/invitations/redeem', {
      username,
      code: code.trim(),
      secondCode: secondCode.trim(),
      password,
    })
  } finally {
    cloud.close()
  }
  terminal.note(`The password of ${username} is set: basalt login --url ${url.origin} --username ${username}`)
}

export function addRedeem(program: Command, context: Context): void {
  const command = program
    .command('redeem')
    .description('Set your own password with the two codes of an invitation, which two people have given you.')
    .option('--url <url>', 'Where the control plane is, e.g. https://cloud.example:7443.')
    .option('--username <name>', 'User name; asked for when it is not given.')
    .option('--code-file <file>', 'Read the first code from a file; else it is asked for.')
    .option('--second-code-file <file>', 'Read the second code from a file; else it is asked for.')
    .option('--password-file <file>', 'Read the new password from a file; else it is asked for, twice.')
    .addHelpText(
      'after',
      `
Example:
  basalt redeem --url https://cloud.example:7443 --username eve`,
    )
    .action((options: RedeemOptions) => redeem(context, options))
  addTrustOptions(command)
  addGlobalOptions(command)
}
