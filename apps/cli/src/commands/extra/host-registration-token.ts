/** `basalt host registration-token` */
import { createReferences } from '../../input/references.ts'
import { toYaml } from '../../output/yaml.ts'
import { addGlobalOptions, outputOption } from '../common.ts'
import type { ExtraCommand } from './index.ts'

export const hostRegistrationToken: ExtraCommand = {
  name: 'registration-token',
  add(parent, context, kind) {
    const command = parent
      .command('registration-token')
      .description(
        'Issue the one-time token with which the agent of a host registers; it is shown once and valid a day.',
      )
      .argument('<host>', 'Name or id.')
      .addOption(outputOption(['token', 'json', 'yaml']))
      .action(async (word: string, { output }: { output: 'token' | 'json' | 'yaml' }) => {
        const cloud = await context.cloud()
        const { id } = await createReferences(cloud, context.catalogue).row(kind, word)
        const issued = await cloud.http.call<{ token: string }>('POST', `/v1/hosts/${id}/registration-token`)
        const text = { token: issued.token, json: JSON.stringify(issued, null, 2), yaml: toYaml(issued) }
        context.terminal.print(text[output])
      })
    addGlobalOptions(command)
  },
}
