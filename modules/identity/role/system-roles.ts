/**
 * The roles that come with the platform. They are written into the database when a node starts, so that they grow with upgrades; raise
 * the revision with every change, so that a node of the version before does not take it back.
 */
import { PARTS, type Part, type Scope, type Statement, statementsOf } from '@basalt/kernel'
import type { Resource, Setting } from '@basalt/resource'

export const REVISION = 2

export interface SystemRole {
  key: string
  name: string
  description: string
  statements: readonly Statement[]
  /** Where it is meant to be bound. */
  scopes: readonly Scope['kind'][]
}

/** Who there is and what they may do. */
const PEOPLE = [
  'account.*',
  'domain.*',
  'user.*',
  'group.*',
  'groupMember.*',
  'role.*',
  'roleBinding.*',
  'session.*',
  'accessKey.*',
]

const allow = (actions: readonly string[], except?: readonly string[]): Statement => ({
  effect: 'allow',
  actions,
  ...(except ? { except } : {}),
})

/** Roles that are the same whatever kinds there are. */
const COMMON_ROLES: readonly SystemRole[] = [
  {
    key: 'platformAdmin',
    name: 'Platform administrator',
    description: 'Everything: on the whole platform, or in one zone.',
    statements: [allow(['*'])],
    scopes: ['platform', 'zone'],
  },
  {
    key: 'operator',
    name: 'Operator',
    description: 'Runs machines, storage, networks and the resources of tenants; leaves people and rights alone.',
    statements: [allow(['*'], [...PEOPLE, '*.changeOwner']), allow(['*.read'])],
    scopes: ['platform', 'zone'],
  },
  {
    key: 'domainAdmin',
    name: 'Domain administrator',
    description: 'Everything in a domain and below it: domains, accounts, users and what they own.',
    statements: [allow(['*'])],
    scopes: ['domain'],
  },
  {
    key: 'accountAdmin',
    name: 'Account administrator',
    description: 'Everything in an account: its resources, users, groups and roles.',
    statements: [allow(['*'])],
    scopes: ['account'],
  },
  {
    key: 'projectAdmin',
    name: 'Project administrator',
    description: 'Everything in a project but its users, who belong to accounts.',
    statements: [allow(['*'], ['user.*', 'session.*', 'accessKey.*']), allow(['*.read'])],
    scopes: ['account'],
  },
  {
    key: 'member',
    name: 'Member',
    description: 'Works with all resources of an account; leaves people and rights alone.',
    statements: [allow(['*'], [...PEOPLE, 'share.*']), allow(['*.read'], ['session.*', 'accessKey.*', 'audit.*'])],
    scopes: ['account', 'domain'],
  },
  {
    key: 'auditor',
    name: 'Auditor',
    description: 'Reads everything and changes nothing.',
    statements: [allow(['*.read'])],
    scopes: ['platform', 'zone', 'domain', 'account'],
  },
  {
    key: 'dashboard',
    name: 'Dashboard only',
    description: 'Sees how much there is and how it is: machines, storage, networks and tasks, and no people.',
    statements: [
      allow(
        [
          'zone',
          'cluster',
          'host',
          'storageClass',
          'storagePool',
          'vm',
          'volume',
          'network',
          'nic',
          'image',
          'task',
        ].map((kind) => `${kind}.read`),
      ),
    ],
    scopes: ['platform', 'zone', 'domain', 'account'],
  },
]

const PART_ROLES: Record<Part, Pick<SystemRole, 'name' | 'description'>> = {
  sysadmin: {
    name: 'System administrator',
    description: 'Runs machines, storage, networks and what tenants have; sees and changes no users, rights or audit.',
  },
  secadmin: {
    name: 'Security administrator',
    description: 'Users, roles, who has them, keys, and settings of security; touches no resources and no audit.',
  },
  secauditor: {
    name: 'Security auditor',
    description: 'Reads the audit, users and all rights; changes nothing.',
  },
}

/** Every role that comes with the platform; those that are parts of it follow from the kinds and the settings. */
export const systemRoles = (resources: readonly Resource[], settings: readonly Setting[]): readonly SystemRole[] => [
  ...COMMON_ROLES,
  ...PARTS.map((key): SystemRole => {
    return { key, ...PART_ROLES[key], statements: statementsOf(key, resources, settings), scopes: ['platform'] }
  }),
]
