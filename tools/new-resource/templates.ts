/** The three files of a new slice. `npm run new-resource` formats them. */
import { kebab, pathOf, plural, type Resource } from '@basalt/resource'
import type { NewField } from './fields.ts'

export interface NewKind {
  kind: string
  module: string
  ownership: 'account' | 'platform'
  locality: 'zone' | 'global'
  doc: string
  fields: readonly NewField[]
}

export const sliceName = (kind: string): string => `${kind}Slice`
export const folderOf = ({ module, kind }: NewKind): string => `modules/${module}/${kebab(kind)}`

const list = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`

/** What `create` takes, in the order of the definition. */
const givenAtCreate = ({ locality, fields }: NewKind): string[] => [
  'name',
  'description',
  ...(locality === 'zone' ? ['zone'] : []),
  ...fields.map(({ name }) => name),
]

function definition(kind: NewKind): string {
  const { fields, ownership, locality } = kind
  const flagged = (flag: string) => fields.filter(({ flags }) => flags.has(flag)).map(({ name }) => name)
  const owner = ownership === 'account' ? ['account'] : []
  const unique = flagged('unique').map((name) => list([...owner, name]))
  const changeable = fields.filter(({ flags }) => !flags.has('immutable')).map(({ name }) => name)
  const columns = fields.filter(({ flags }) => !flags.has('secret')).map(({ name }) => name)
  return `import { defineResource, f } from '@basalt/resource'

export const ${kind.kind} = defineResource('${kind.kind}', {
  doc: ${JSON.stringify(kind.doc)},
  ownership: '${ownership}',
  locality: '${locality}',
  audience: '${ownership === 'account' ? 'tenant' : 'operator'}',
  fields: {
${fields.map((field) => `    ${field.name}: ${field.source},`).join('\n')}
  },
  actions: {
    create: { doc: 'Add one.', input: ${list(givenAtCreate(kind))} },
    update: { doc: 'Change it.', input: ${list(['name', 'description', ...changeable])} },
    delete: { doc: 'Remove it.', danger: true },
  },
${unique.length > 0 ? `  unique: [${unique.join(', ')}],\n` : ''}${flagged('indexed').length > 0 ? `  indexed: ${list(flagged('indexed'))},\n` : ''}  columns: ${list(['name', ...columns, 'createdAt'])},
})
`
}

const actions = ({ kind }: NewKind): string => `import { implement } from '@basalt/kernel'
import { ${kind} } from './${kebab(kind)}.resource.ts'

export const ${sliceName(kind)} = implement(${kind})
`

function testOf(kind: NewKind): string {
  const who = kind.ownership === 'account' ? 'ada' : 'operator'
  const path = pathOf({ plural: plural(kind.kind) } as Resource)
  const given = kind.fields.filter(({ sample }) => sample !== undefined)
  const furnished = kind.locality === 'zone' || given.some(({ sample }) => sample?.startsWith('env.'))
  const input = [
    `name: 'first'`,
    ...(kind.locality === 'zone' ? ['zone: env.furniture.zone'] : []),
    ...given.map(({ name, sample }) => `${name}: ${sample}`),
  ]
  const shown = given.filter(({ flags }) => !flags.has('secret')).map(({ name }) => `${name}: input.${name}`)
  return `import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud(${furnished ? '' : '{ furnished: false }'})
})
afterAll(() => env.close())

test('${kind.kind}: one is created, listed, changed and deleted, and nobody else sees it', async () => {
  const input = { ${input.join(', ')} }
  const { id } = await env.ok('${who}', 'POST', '${path}', input)
  expect(await env.items('${who}', '${path}')).toMatchObject([{ ${['id', `name: 'first'`, ...shown].join(', ')} }])
  expect(await env.call('bob', 'GET', \`${path}/\${id}\`)).toMatchObject({ status: 404 })
  const changed = await env.ok('${who}', 'PATCH', \`${path}/\${id}\`, { description: 'changed' })
  expect(changed).toMatchObject({ description: 'changed' })
  await env.ok('${who}', 'DELETE', \`${path}/\${id}\`)
  expect(await env.items('${who}', '${path}')).toEqual([])
})
`
}

/** Repository path to content. */
export function sliceFiles(kind: NewKind): Record<string, string> {
  const base = `${folderOf(kind)}/${kebab(kind.kind)}`
  return {
    [`${base}.resource.ts`]: definition(kind),
    [`${base}.actions.ts`]: actions(kind),
    [`${base}.test.ts`]: testOf(kind),
  }
}
