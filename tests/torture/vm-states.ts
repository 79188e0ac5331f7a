/** One VM, brought to a state through the API. */
import type { CloudEnvironment } from '@basalt/testkit'

type State = 'running' | 'stopped'

/** The only VM of the cloud, made if there is none, in this state. Answers with its id. */
export async function bringVm(env: CloudEnvironment, state: State): Promise<string> {
  const [recycled] = await env.items('ada', '/v1/vms?recycled=true')
  if (recycled) await env.ok('ada', 'POST', `/v1/vms/${recycled.id}/undelete`)
  const [vm] = await env.items('ada', '/v1/vms')
  if (!vm) {
    const { body } = await env.createVm({ name: 'tortured' })
    if (body.state !== 'succeeded') throw new Error(`no VM could be made: ${JSON.stringify(body)}`)
    return bringVm(env, state)
  }
  if (vm.state === state) return vm.id
  // A VM that failed can be powered off, whatever of it runs.
  await env.ok('ada', 'POST', `/v1/vms/${vm.id}/${vm.state === 'stopped' ? 'start' : 'power-off'}`)
  return bringVm(env, state)
}
