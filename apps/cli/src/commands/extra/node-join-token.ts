/** `basalt node join-token` */
import { toYaml } from '../../output/yaml.ts'
import { addGlobalOptions, outputOption } from '../common.ts'
import type { ExtraCommand } from './index.ts'

export const nodeJoinToken: ExtraCommand = {
  name: 'join-token',
  add(parent, context) {
    const command = parent
      .command('join-token')
      .description('Issue the one-time token with which another control-plane node joins; shown once, valid an hour.')
      .addOption(outputOption(['command', 'token', 'json', 'yaml']))
      .action(async ({ output }: { output: 'command' | 'token' | 'json' | 'yaml' }) => {
        const cloud = await context.cloud()
        const issued = await cloud.http.call<{ token: string; url: string }>('POST', '/v1/nodes/join-token')
        const text = {
          command: `echo ${issued.token} | basalt-control-plane join --url ${issued.url} --config FILE`,
          token: issued.token,
          json: JSON.stringify(issued, null, 2),
          yaml: toYaml(issued),
        }
        context.terminal.print(text[output])
      })
    addGlobalOptions(command)
  },
}
