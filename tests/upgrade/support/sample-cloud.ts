/**
 * What a frozen version is remembered by: a small cloud with something of every kind, made through the API of that version. It is
 * made once, when the version is frozen; later versions upgrade what was kept of it.
 */
import { createHash } from 'node:crypto'
import { type CloudEnvironment, type CloudSpec, cloud, until } from '@basalt/testkit'

/** No secret: whatever it seals is made up here, too. Kept by its rule rather than in a file. */
export const SAMPLE_KEY = createHash('sha256').update('the master key of sample clouds').digest()

/** What its webhook signs with. */
export const SAMPLE_SECRET = 'signs-what-is-sent-to-it'

/** Where its files would be on a machine of its own. */
export const SAMPLE_HOME = '/var/lib/basalt'

/**
 * Tables in which nothing has to be, each with the reason.
 * @see sampleCloud for everything else: who adds a kind makes one of it there
 */
export const MAY_BE_EMPTY: Readonly<Record<string, string>> = {
  claim: 'held while a task runs',
  waiting: 'held while a task waits',
  ticket: 'gone when it is used',
  nonce: 'kept for minutes',
  observer: 'plugins observe where they are configured to',
  finding: 'there is one while something differs from what the platform knows',
  separation_request: 'only while duties are separated',
  invitation: 'only while duties are separated',
}

const spec = (databaseUrl: string, plugins: readonly string[]): CloudSpec => ({
  databaseUrl,
  hosts: 2,
  bootMs: 5,
  recycleBin: true,
  masterKey: SAMPLE_KEY,
  settings: { plugins: plugins.map((plugin) => ({ plugin })) },
})

const DAY_MS = 86_400_000

async function tenancy({ ok, items }: CloudEnvironment): Promise<void> {
  const domain = await ok('operator', 'POST', '/v1/domains', { name: 'engineering' })
  await ok('operator', 'POST', '/v1/domains', { name: 'research', parent: domain.id })
  const user = await ok('ada', 'POST', '/v1/users', { name: 'Judy', username: 'judy', password: 'judy-password-1' })
  const group = await ok('ada', 'POST', '/v1/groups', { name: 'night shift' })
  await ok('ada', 'POST', '/v1/group-members', { group: group.id, user: user.id })
  const statement = { effect: 'allow', actions: ['vm.read', 'vm.start'] }
  const role = await ok('ada', 'POST', '/v1/roles', { name: 'starter', statements: [statement] })
  await ok('ada', 'POST', '/v1/role-bindings', { role: role.id, group: group.id, scope: 'account' })
  await ok('ada', 'POST', '/v1/access-keys', { name: 'robot' })
  const bob = (await items('operator', '/v1/accounts')).find(({ name }) => name === 'bob')
  await ok('operator', 'POST', '/v1/quota-limits', { metric: 'vms', account: bob?.id, maximum: 5 })
}

async function machines({ ok, items, createVm, furniture }: CloudEnvironment): Promise<void> {
  const made = async (options: Record<string, unknown>): Promise<string> => {
    const { body } = await createVm(options)
    if (body.state !== 'succeeded') throw new Error(`no VM could be made: ${JSON.stringify(body)}`)
    return body.resource as string
  }
  const web = await made({ name: 'web', description: 'It’s 100 % "quoted" \\ and ∞', userData: '#cloud-config\n{}\n' })
  await ok('ada', 'POST', `/v1/vms/${await made({ name: 'stopped' })}/stop`)
  await ok('ada', 'DELETE', `/v1/vms/${await made({ name: 'in the bin' })}`)
  const gone = await made({ name: 'expunged' })
  await ok('ada', 'DELETE', `/v1/vms/${gone}`)
  await ok('ada', 'POST', `/v1/vms/${gone}/expunge`)
  const tag = await ok('ada', 'POST', '/v1/tags', { name: 'production', colour: 'red' })
  await ok('ada', 'POST', `/v1/tags/${tag.id}/attach`, { kind: 'vm', resources: [web] })
  const seen = await ok('operator', 'POST', '/v1/tags', { name: 'watched', colour: 'blue', operatorOnly: true })
  await ok('operator', 'POST', `/v1/tags/${seen.id}/attach`, { kind: 'vm', resources: [web] })
  const [bob] = (await items('operator', '/v1/accounts')).filter(({ name }) => name === 'bob')
  const lent = { sharedKind: 'network', resource: furniture.network, grantee: 'account', toAccount: bob?.id }
  await ok('ada', 'POST', '/v1/shares', lent)
}

async function care(env: CloudEnvironment): Promise<void> {
  const { ok, items, setSetting, furniture, call } = env
  await setSetting('retention.eventDays', 365)
  const [grace] = await items('operator', '/v1/settings?name=infrastructure.hostGraceMs')
  const place = { kind: 'cluster', resource: furniture.cluster, value: 60_000 }
  await ok('operator', 'POST', `/v1/settings/${grace?.id}/override`, place)
  const values = { 'retention.eventDays': 90 }
  await ok('operator', 'POST', '/v1/setting-templates', { name: 'strict', values })
  const secret = SAMPLE_SECRET
  const hook = await ok('operator', 'POST', '/v1/webhooks', { name: 'told', url: 'http://127.0.0.1:9/events', secret })
  const repeated = { 'idempotency-key': 'once', prefer: 'wait=60' }
  const network = { name: 'second', zone: furniture.zone, cidr: '10.1.0.0/24' }
  await call('ada', 'POST', '/v1/networks', network, repeated)
  const renamed = { action: 'update', ids: [furniture.network], input: { description: 'the first' } }
  await call('ada', 'POST', '/v1/networks/bulk', renamed, { 'idempotency-key': 'once for many' })
  await until('there is something to deliver', async () => (await items('operator', '/v1/deliveries')).length > 0)
  await ok('operator', 'POST', `/v1/webhooks/${hook.id}/pause`)
}

/** Something of each kind that plugins of the tree bring. */
async function pluginKinds({ ok, furniture, hostIds }: CloudEnvironment): Promise<void> {
  const [startsAt, endsAt] = [DAY_MS, 2 * DAY_MS].map((ms) => new Date(Date.now() + ms).toISOString())
  const window = { name: 'new memory', reason: 'more room', zone: furniture.zone, host: hostIds[0], startsAt, endsAt }
  await ok('operator', 'POST', '/v1/maintenance-windows', window)
}

/**
 * Makes a cloud with something of every kind in an empty database, and stops it. Answers with the directory that it had for its files.
 * @param plugins packages of the plugins of the tree that have kinds
 */
export async function sampleCloud(databaseUrl: string, plugins: readonly string[]): Promise<string> {
  const env = await cloud(spec(databaseUrl, plugins))
  try {
    await tenancy(env)
    await machines(env)
    await care(env)
    if (plugins.length > 0) await pluginKinds(env)
    return env.directory
  } finally {
    await env.close()
  }
}
