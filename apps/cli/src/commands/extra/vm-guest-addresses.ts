/** `basalt vm guest-addresses` */
import { createReferences } from '../../input/references.ts'
import { toYaml } from '../../output/yaml.ts'
import { addGlobalOptions, outputOption } from '../common.ts'
import type { ExtraCommand } from './index.ts'

export const vmGuestAddresses: ExtraCommand = {
  name: 'guest-addresses',
  add(parent, context, kind) {
    const command = parent
      .command('guest-addresses')
      .description('Print the addresses that the guest itself reports through its agent.')
      .argument('<vm>', 'Name or id.')
      .addOption(outputOption(['yaml', 'json']))
      .action(async (word: string, { output }: { output: 'yaml' | 'json' }) => {
        const cloud = await context.cloud()
        const { id } = await createReferences(cloud, context.catalogue).row(kind, word)
        const answer = await cloud.http.call<object>('GET', `/v1/vms/${id}/guest-addresses`)
        context.terminal.print(output === 'json' ? JSON.stringify(answer, null, 2) : toYaml(answer))
      })
    addGlobalOptions(command)
  },
}
