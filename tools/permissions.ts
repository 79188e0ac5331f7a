/** `docs/permissions.md`: what each role that comes with the platform may do, decided by the code that decides requests. */
import { type SystemRole, systemRoles } from '@basalt/identity'
import {
  decide,
  type Grant,
  isAbout,
  permissionFor,
  permittedActions,
  type Scope,
  subjectsOf,
  type Target,
} from '@basalt/kernel'
import type { Resource, Setting } from '@basalt/resource'

const scopes: Record<Scope['kind'], Scope> = {
  platform: { kind: 'platform' },
  zone: { kind: 'zone', zone: 'zone' },
  domain: { kind: 'domain', domain: 'domain', path: '/domain/' },
  account: { kind: 'account', account: 'account' },
}

/** A resource of the kind that lies within all scopes, as far as one of its kind can. */
function targetWithin(resource: Resource): Target {
  const isOwned = resource.ownership === 'account'
  return {
    account: isOwned ? 'account' : null,
    path: isOwned || resource.scope === 'domain' ? '/domain/' : null,
    zone: resource.fields.zone || resource.scope === 'zone' ? 'zone' : null,
    user: 'another',
  }
}

interface Column {
  role: SystemRole
  scope: Scope['kind']
}

const columnsOf = (roles: readonly SystemRole[]): Column[] =>
  roles.flatMap((role) => role.scopes.map((scope) => ({ role, scope })))

function mark(resource: Resource, action: string, { role, scope }: Column): string {
  const { name, statements } = role
  const grant: Grant = { binding: null, role: { id: null, name }, scope: scopes[scope], statements }
  const permission = permissionFor(resource, action)
  const isPartial = statements.some((statement) => statement.resources?.length && isAbout(statement, permission.name))
  if (isPartial) return 'some'
  return decide([grant], permission, targetWithin(resource), 'me').allowed ? 'yes' : ''
}

/** What counts for a permission whatever the roles. */
function marksOf(resource: Resource, name: string): string {
  const action = resource.actions[name]
  const { audience } = permissionFor(resource, name)
  const isMenu = resource.ownership === 'platform' && resource.audience === 'tenant'
  return [
    audience === 'tenant' ? '' : `${audience} and above`,
    name === 'read' && isMenu ? 'everybody' : '',
    name === 'read' && resource.offeredBy ? `everybody where \`${resource.offeredBy}\`` : '',
    name === 'read' && resource.shareable ? 'shared' : '',
    resource.personal?.actions.includes(name) ? 'own' : '',
    action?.long ? 'task' : '',
    action?.danger ? 'danger' : '',
  ]
    .filter(Boolean)
    .join(', ')
}

/** A row for each permission of each kind, a column for each role at each scope it is meant for. */
export function permissions(resources: readonly Resource[], settings: readonly Setting[]): string {
  const roles = systemRoles(resources, settings)
  const columns = columnsOf(roles)
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rows = subjectsOf(resources).flatMap((resource) =>
    permittedActions(resource).map((action) =>
      row([
        `\`${resource.kind}.${action}\``,
        ...columns.map((column) => mark(resource, action, column)),
        marksOf(resource, action),
      ]),
    ),
  )
  const heads = columns.map(({ role, scope }) => `\`${role.key}\` @ ${scope}`)
  return [
    '# Permissions',
    '',
    'Generated from the definitions by `npm run generate`: what the roles that come with the platform may do with what lies within',
    'the scope they are bound at. Notes: "domain and above", "operator and above": a role counts only when it is bound that high;',
    '"everybody", "shared", "own": may read or do it whatever the roles; "task": answers with a task; "danger": loses data or',
    'interrupts service, so console and CLI ask twice. A statement that denies counts more than all of these.',
    '"some": for the resources that the role names; of settings, those of security fall to the secadmin, those of evidence to nobody.',
    'While duties are separated, sysadmin, secadmin and secauditor are all the power over the platform that anybody has.',
    '',
    ...roles.map(({ key, name, description }) => `- \`${key}\`, ${name}: ${description}`),
    '',
    row(['permission', ...heads, 'notes']),
    `|${'---|'.repeat(heads.length + 2)}`,
    ...rows,
    '',
  ].join('\n')
}
