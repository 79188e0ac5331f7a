// Generated from the resource definitions; `npm run generate` writes it anew.
import { type BulkAnswer, type BulkRequest, csvText, type ExportOptions, exportCsv, type ImportOptions, importCsv } from './bulk.ts'
import type { DeleteAllInput, Deletion, Topology } from './cascade.ts'
import type { CallOptions, Http } from './http.ts'
import type { GroupQuery, ListQuery, Shown } from './query.ts'

/** Work in progress, or the record of it: every action that takes time is one. */
export interface Task {
  /** Random, never reused. */
  id: string
  /** What is done, and with what, in words. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Whose task it is; the record of it outlives the account. */
  account: string
  /** What is done, e.g. vm.create. */
  action: string
  /** Kind of the resource it is about. */
  resourceKind: string
  /** The resource it is about. */
  resource: string
  /** Who asked for it. */
  user: string
  state: 'queued' | 'running' | 'undoing' | 'succeeded' | 'failed' | 'cancelled'
  percent: number
  /** What is happening now, in words. */
  message: string
  /** The step it is at. */
  step: string
  /** The task that it is a part of. */
  parent: string | null
  /** The task before it in the line, while it is queued. */
  waitsFor: string | null
  finishedAt: string | null
  /** State of the resource to return to. */
  previousState?: string | null
  saga?: string
  sagaVersion?: number
  /** Grows with each take-over; agents refuse lower ones. */
  epoch?: number
  /** Control-plane node that works on it. */
  node?: string
  /** Node that handed it over, since it could not reach the node that has the host. */
  formerNode?: string | null
  /** Id of the request that asked for it, as logs have it. */
  request?: string | null
  /** Trace context (W3C) of that request. */
  trace?: string | null
}

/** What can be done with many at once, each with its input. */
export interface TaskBulk {
  cancel: undefined
}

/** A control-plane node: serves the API, holds connections of host agents, carries out tasks. It acts while its lease lasts. */
export interface Node {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  state: 'up' | 'stopped' | 'lost'
  /** Grows with each lease; the network refuses what carries a lower one. */
  epoch: number
  /** The run of the program that has the lease. */
  session: string | null
  /** By the clock of the database; after that other nodes take its tasks over. */
  leaseExpiresAt: string
  /** Where its API answers. */
  apiUrl: string
  /** Where agents and other nodes connect. */
  agentUrl: string
  /** Version of the program. */
  softwareVersion: string
  /** Agents that are connected to it. */
  hosts: number
  /** What it sees: database, peers, virtual address, disk, clock; each with `ok` and facts. */
  health: Record<string, unknown>
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Change its description. */
export interface NodeUpdateInput {
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface NodeBulk {
  update: NodeUpdateInput
  delete: undefined
}

/** A coloured word to find things by. Operators put theirs on anything, tenants theirs on what they own. */
export interface Tag {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** How it is shown. */
  colour: 'grey' | 'red' | 'orange' | 'yellow' | 'green' | 'cyan' | 'blue' | 'purple' | 'pink'
  /** A tag of the operators, or of a tenant. When a resource changes its owner, tags of the former one go. */
  type: 'admin' | 'tenant'
  /** A tag of the operators that tenants see, but cannot change, on what is theirs. */
  public: boolean
  /** It was changed, and not everything that has it shows that yet. */
  spreading?: boolean
}

/** Make a tag of the account that one acts in; those of the platform are for operators. */
export interface TagCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** How it is shown. */
  colour?: 'grey' | 'red' | 'orange' | 'yellow' | 'green' | 'cyan' | 'blue' | 'purple' | 'pink'
  /** Hidden from tenants; for tags of operators. */
  operatorOnly?: boolean
}

/** Change it, wherever it is. */
export interface TagUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
  /** How it is shown. */
  colour?: 'grey' | 'red' | 'orange' | 'yellow' | 'green' | 'cyan' | 'blue' | 'purple' | 'pink'
}

/** Put it on resources. */
export interface TagAttachInput {
  /** Kind of the resources, e.g. vm. */
  kind: string
  /** Their ids, of one kind. */
  resources: string[]
}

/** Take it off resources. */
export interface TagDetachInput {
  /** Kind of the resources, e.g. vm. */
  kind: string
  /** Their ids, of one kind. */
  resources: string[]
}

/** What can be done with many at once, each with its input. */
export interface TagBulk {
  update: TagUpdateInput
  attach: TagAttachInput
  detach: TagDetachInput
  delete: undefined
}

/** A comparison of the database with the world: hosts, networks, counters. It mends what is ours and reports what is not. */
export interface Reconciler {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  state: 'idle' | 'running'
  /** The control-plane node that runs it, or ran it last. */
  node: string
  /** The run under way, or the last one; it holds what it mends. */
  run: string
  /** Another node may run it from then on. */
  leaseUntil: string | null
  /** When the last run ended. */
  ranAt: string | null
  /** Places that the last run looked at, such as hosts. */
  looked: number
  /** Places that could not be looked at, such as hosts that are away. */
  unseen: number
  /** Differences of the last run. */
  found: number
  /** Those that it mended. */
  repaired: number
  /** Those that it leaves to you: see the findings. */
  reported: number
  /** Those that it could not mend. */
  failed: number
  /** Those that a task works on; they are looked at again. */
  skipped: number
  /** How the last run went, in words. */
  message: string
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** What can be done with many at once, each with its input. */
export interface ReconcilerBulk {
  run: undefined
}

/** Something that is not as the database says, or was not: what, where, since when, and what to do about it. */
export interface Finding {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** open: still so; repaired: mended by the platform; over: gone without its doing. */
  state: 'open' | 'repaired' | 'over'
  /** Which reconciler found it. */
  reconciler: string
  /** The sort of difference; stable. */
  code: string
  /** The difference, in words. */
  what: string
  /** Where it was looked at, e.g. a host. */
  place: string
  /** The place, when it is a resource. */
  placeId: string | null
  /** Kind of what it is about. */
  resourceKind: string
  /** What it is about, whether it has a row or not. */
  resource: string
  /** When it was first seen. */
  since: string
  endedAt: string | null
  /** What to do about it. */
  remedy: string
  /** What the platform did about it, or why it could not. */
  outcome: string
  /** How often it came about. */
  times: number
  /** When the record of it is forgotten. */
  expiresAt: string | null
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Something that operators tune while the platform runs. What there is, the programs say; a change counts on every node at once. */
export interface Setting {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** The value that counts. */
  value: unknown | null
  /** Its value when nobody has set another. */
  default: unknown | null
  /** Values that it takes. */
  range: string
  /** Somebody has set it; a reset takes that back. */
  changed: boolean
  /** Part of the platform that it belongs to. */
  module: string
  /** Kinds whose resources may have a value of their own, the nearest first. */
  overridableBy: string[]
  /** Its type, as the kinds describe a field. */
  shape: Record<string, unknown>
}

/** Set its value for the whole platform. */
export interface SettingSetInput {
  /** The new value. */
  value: unknown
}

/** Set its value for one resource and what belongs to it, where the setting allows that. */
export interface SettingOverrideInput {
  /** Kind of the resource, e.g. cluster. */
  kind: string
  /** The resource. */
  resource: string
  /** The value there. */
  value: unknown
}

/** Take the value of its own from a resource, so that the common one counts there again. */
export interface SettingInheritInput {
  /** Kind of the resource. */
  kind: string
  /** The resource. */
  resource: string
}

/** What can be done with many at once, each with its input. */
export interface SettingBulk {
  set: SettingSetInput
  reset: undefined
  override: SettingOverrideInput
  inherit: SettingInheritInput
}

/** The value that a setting has for one resource; it goes with the resource. */
export interface SettingOverride {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** The setting. */
  setting: string
  /** Kind of the resource. */
  targetKind: string
  /** The resource. */
  target: string
  /** The value there. */
  value: unknown | null
  /** Its type, as that of the setting. */
  shape: Record<string, unknown>
}

/** What can be done with many at once, each with its input. */
export interface SettingOverrideBulk {
  delete: undefined
}

/** One change of a setting: who, when, from what, to what. */
export interface SettingChange {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** The setting; the record outlives it. */
  setting: string
  /** Value before; none where a resource had none of its own. */
  from: unknown | null
  /** Value after; none where a resource has none of its own any more. */
  to: unknown | null
  /** What changed it; an upgrade when the old value is not allowed any more. */
  how: 'set' | 'reset' | 'template' | 'override' | 'inherit' | 'upgrade'
  /** Who changed it. */
  user: string
  /** Type of the values. */
  shape: Record<string, unknown>
  /** Kind of the one resource that it was changed for. */
  targetKind: string | null
  /** That resource. */
  target: string | null
}

/** A set of values for settings, to be applied together. */
export interface SettingTemplate {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Values by name of the setting. */
  values: Record<string, unknown>
}

/** Keep a set of values. */
export interface SettingTemplateCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Values by name; without any, those that are set now. */
  values?: Record<string, unknown> | null
}

/** Change it; settings that it was applied to stay as they are. */
export interface SettingTemplateUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
  /** Values by name of the setting. */
  values?: Record<string, unknown>
}

/** What can be done with many at once, each with its input. */
export interface SettingTemplateBulk {
  update: SettingTemplateUpdateInput
  apply: undefined
  delete: undefined
}

/** A part of the tree that accounts are in. Who administers a domain administers all below it. */
export interface Domain {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** The domain it is in; the root is in none. */
  parent: string | null
  /** Ids of the domains down to this one: /root/.../this/. */
  path: string
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Make a domain below another; below that of your account when none is named. */
export interface DomainCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** The domain it is in; the root is in none. */
  parent?: string | null
}

/** Change its name or description. */
export interface DomainUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface DomainBulk {
  update: DomainUpdateInput
  delete: undefined
}

/** Owns resources. An account owns itself, so that its users see it. */
export interface Account {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** A customer with users, a project that users of customers work in together, or the platform itself. */
  type: 'tenant' | 'project' | 'system'
  /** Where it is in the tree. */
  domain?: string
  /** Nobody acts in a frozen account; what it owns stays as it is. */
  state: 'active' | 'frozen'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Open an account. */
export interface AccountCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  type?: 'tenant' | 'project'
  /** Where it is to be; in your own domain when none is named. */
  domain?: string | null
}

/** Change its name or description. */
export interface AccountUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Put it into another domain, with all it owns. Rights in both domains are needed. */
export interface AccountMoveInput {
  /** The domain to be in. */
  to: string
}

/** What can be done with many at once, each with its input. */
export interface AccountBulk {
  update: AccountUpdateInput
  freeze: undefined
  unfreeze: undefined
  move: AccountMoveInput
  delete: undefined
}

/** Somebody who logs in. */
export interface User {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** What one logs in with; unique on the platform. */
  username: string
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Add a user to an account; to your own when none is named. */
export interface UserCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** What one logs in with; unique on the platform. */
  username: string
  /** At least 10 characters. Needed; while duties are separated, whoever keeps the rights leaves it out and asks for an invitation. */
  password?: string | null
  /** Account the user belongs to. */
  inAccount?: string | null
  /** Its role in the account; the first user administers it, others are members, when none is named. */
  role?: string | null
}

/** Change name or description. */
export interface UserUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Set a new password; ends all sessions of the user. */
export interface UserSetPasswordInput {
  /** At least 10 characters. */
  password: string
}

/** What can be done with many at once, each with its input. */
export interface UserBulk {
  update: UserUpdateInput
  setPassword: UserSetPasswordInput
  delete: undefined
}

/** Users who get the same roles. */
export interface Group {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Make a group. */
export interface GroupCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
}

/** Change its name or description. */
export interface GroupUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface GroupBulk {
  update: GroupUpdateInput
  delete: undefined
}

/** A user in a group. */
export interface GroupMember {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns the group. */
  account: string
  group: string
  user: string
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Put a user into a group. */
export interface GroupMemberCreateInput {
  group: string
  user: string
}

/** What can be done with many at once, each with its input. */
export interface GroupMemberBulk {
  delete: undefined
}

/** A set of rights. It counts where it is bound to a user or a group. */
export interface Role {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Name by which programs know a role of the platform. */
  key: string | null
  /** Comes with the platform and grows with its upgrades. */
  system: boolean
  /** Every account can use it. */
  public: boolean
  /** Of the roles that come with the platform. */
  revision?: number
  /** What it allows and denies. What no statement allows is not allowed. */
  statements: ({ effect: 'allow' | 'deny'; actions: string[]; except?: string[] | null; resources?: string[] | null; zones?: string[] | null; mine?: boolean | null })[]
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Make a role. */
export interface RoleCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** What it allows and denies. What no statement allows is not allowed. */
  statements: ({ effect: 'allow' | 'deny'; actions: string[]; except?: string[] | null; resources?: string[] | null; zones?: string[] | null; mine?: boolean | null })[]
  /** Offer it to every account; operators only. */
  public?: boolean
}

/** Change it, wherever it is bound. */
export interface RoleUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
  /** What it allows and denies. What no statement allows is not allowed. */
  statements?: ({ effect: 'allow' | 'deny'; actions: string[]; except?: string[] | null; resources?: string[] | null; zones?: string[] | null; mine?: boolean | null })[]
}

/** What can be done with many at once, each with its input. */
export interface RoleBulk {
  update: RoleUpdateInput
  delete: undefined
}

/** A role, given to a user or a group somewhere. */
export interface RoleBinding {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where the role counts, for the scope "account"; otherwise the account of the user or group. */
  account: string
  /** Who gets it; or a group. */
  user: string | null
  /** Who get it; or a user. */
  group: string | null
  role: string
  /** How far it reaches. */
  scope: 'platform' | 'zone' | 'domain' | 'account'
  /** For the scope "zone". */
  zone: string | null
  /** For the scope "domain": it counts there and below. */
  domain?: string | null
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Give a role. You can give what you may do yourself where you give it. */
export interface RoleBindingCreateInput {
  /** Who gets it; or a group. */
  user?: string | null
  /** Who get it; or a user. */
  group?: string | null
  role: string
  /** How far it reaches. */
  scope: 'platform' | 'zone' | 'domain' | 'account'
  /** For the scope "zone". */
  zone?: string | null
  /** For the scope "domain": it counts there and below. */
  domain?: string | null
  /** For the scope "account"; the one you act in when absent. */
  inAccount?: string | null
}

/** What can be done with many at once, each with its input. */
export interface RoleBindingBulk {
  delete: undefined
}

/** Lets others see a resource and refer to it, but not change it. */
export interface Share {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns the resource. */
  account: string
  /** Kind of the resource, e.g. image. */
  sharedKind: string
  /** What is shared. */
  resource: string
  /** Who may see it. */
  grantee: 'account' | 'domain' | 'all'
  /** For the grantee "account". Nobody is told whether there is such an account. */
  toAccount: string | null
  /** For the grantee "domain": all accounts in it and below it. */
  toDomain: string | null
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Share a resource. */
export interface ShareCreateInput {
  /** Kind of the resource, e.g. image. */
  sharedKind: string
  /** What is shared. */
  resource: string
  /** Who may see it. */
  grantee: 'account' | 'domain' | 'all'
  /** For the grantee "account". Nobody is told whether there is such an account. */
  toAccount?: string | null
  /** For the grantee "domain": all accounts in it and below it. */
  toDomain?: string | null
}

/** What can be done with many at once, each with its input. */
export interface ShareBulk {
  delete: undefined
}

/** A login. It ends when it was not used for a while, some hours after the login, or when it is deleted. */
export interface Session {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Whose session it is. */
  account: string
  user: string
  /** The program that logged in, as it calls itself (User-Agent). */
  client: string
  /** Where the login came from. */
  address: string
  /** When it was used last, to the minute. */
  lastUsedAt: string
  /** When it ends unless it is used before; moves on with use. */
  expiresAt: string
  /** When it ends, however much it is used. */
  endsAt: string
}

/** What can be done with many at once, each with its input. */
export interface SessionBulk {
  delete: undefined
}

/** Signs the requests of a program, which then may do what the user may who made the key. */
export interface AccessKey {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Who made it: its requests have the rights of this user. */
  user: string
  state: 'enabled' | 'disabled'
  /** When it was used last, to the minute. */
  lastUsedAt: string | null
}

/** Make a key for yourself. The answer has its secret, which is never shown again. */
export interface AccessKeyCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
}

/** Change name or description. */
export interface AccessKeyUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface AccessKeyBulk {
  update: AccessKeyUpdateInput
  disable: undefined
  enable: undefined
  delete: undefined
}

/** Separation of duties: while it is on, nobody has more than one of three parts of the power over the platform. */
export interface Separation {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  state: 'off' | 'on'
  /** When it was switched on or off. */
  since: string | null
}

/** Split the power over the platform; whoever has none of its parts then has no power over it. Two parts together undo it. */
export interface SeparationEnableInput {
  /** Runs machines, storage, networks and what tenants have. */
  sysadmin: string
  /** Gives and takes rights, knows no password but its own; sets what is a matter of security. */
  secadmin: string
  /** Reads the audit and all rights. */
  secauditor: string
}

/** What can be done with many at once, each with its input. */
export interface SeparationBulk {
  enable: SeparationEnableInput
}

/** What one part of a separated power asks for, and another part has to approve. */
export interface SeparationRequest {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** End the separation, give a part to one more user, or take it from one. */
  purpose: 'undo' | 'appoint' | 'dismiss'
  /** For "appoint" and "dismiss". */
  part: 'sysadmin' | 'secadmin' | 'secauditor' | null
  /** For "appoint" and "dismiss". */
  user: string | null
  /** Who asks. */
  requestedBy: string
  /** The part that asks: another one has to approve. */
  requestedPart: string
  /** Who approved or rejected it. */
  decidedBy: string | null
  /** Counts no more from then on. */
  validUntil: string
  state: 'pending' | 'approved' | 'rejected' | 'expired'
}

/** Ask for it. */
export interface SeparationRequestCreateInput {
  /** For people. */
  description?: string
  /** End the separation, give a part to one more user, or take it from one. */
  purpose: 'undo' | 'appoint' | 'dismiss'
  /** For "appoint" and "dismiss". */
  part?: 'sysadmin' | 'secadmin' | 'secauditor' | null
  /** For "appoint" and "dismiss". */
  user?: string | null
}

/** What can be done with many at once, each with its input. */
export interface SeparationRequestBulk {
  approve: undefined
  reject: undefined
}

/** Lets a user set its password while duties are separated: two parts give it a code each, so that neither can log in as the user. */
export interface Invitation {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Whose password will be set. */
  user: string
  /** Who asks, and gives the user the first code. */
  requestedBy: string
  /** The part that asks: another one has to approve. */
  requestedPart: string
  /** Who approved it, and gives the user the second code, or rejected it. */
  decidedBy: string | null
  /** Counts no more from then on. */
  validUntil: string
  state: 'pending' | 'approved' | 'redeemed' | 'rejected' | 'expired'
}

/** Ask for it. The answer has the first code, which is never shown again: give it to the user. */
export interface InvitationCreateInput {
  /** For people. */
  description?: string
  /** Whose password will be set. */
  user: string
}

/** What can be done with many at once, each with its input. */
export interface InvitationBulk {
  approve: undefined
  reject: undefined
}

/** A region: resources in different zones cannot see or use each other. */
export interface Zone {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Open a zone. */
export interface ZoneCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
}

/** Change its name or description. */
export interface ZoneUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface ZoneBulk {
  update: ZoneUpdateInput
  delete: undefined
}

/** One virtual network system: the OVN whose tunnels join the hosts of its clusters. */
export interface Fabric {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  /** What carries the virtual networks. */
  driver: 'ovn' | 'simulated'
  /** Where the northbound database answers. */
  northbound: string
  /** Lowest network key (VNI) to give out. */
  firstTunnelKey: number
  /** Highest one. */
  lastTunnelKey: number
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Add a fabric; its database must answer. */
export interface FabricCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  /** What carries the virtual networks. */
  driver: 'ovn' | 'simulated'
  /** Where the northbound database answers. */
  northbound?: string
  /** Lowest network key (VNI) to give out. */
  firstTunnelKey?: number
  /** Highest one. */
  lastTunnelKey?: number
}

/** Change its name or description. */
export interface FabricUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface FabricBulk {
  update: FabricUpdateInput
  delete: undefined
}

/** A group of like hosts on one fabric. */
export interface Cluster {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  fabric: string
  architecture: 'x86_64' | 'aarch64'
  /** Virtual CPUs given out for each core. */
  cpuOvercommit: number
  /** Memory of each host that is kept for the host itself. */
  reservedMemoryBytes: number
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Add a cluster. */
export interface ClusterCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  fabric: string
  architecture?: 'x86_64' | 'aarch64'
  /** Virtual CPUs given out for each core. */
  cpuOvercommit?: number
  /** Memory of each host that is kept for the host itself. */
  reservedMemoryBytes?: number
}

/** Change its name or description. */
export interface ClusterUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface ClusterBulk {
  update: ClusterUpdateInput
  delete: undefined
}

/** A Linux machine that runs guests. */
export interface Host {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  cluster: string
  state: 'registering' | 'up' | 'down' | 'abandoning'
  /** Takes new guests. */
  enabled: boolean
  hostname: string
  /** Name of its OVN chassis. */
  chassis: string
  tunnelAddress: string
  /** How guests run. */
  virtualization: 'kvm' | 'tcg' | 'simulated' | 'unknown'
  /** Why they run that way. */
  virtualizationReason: string
  cpuModel: string
  cpuCount: number
  memoryBytes: number
  /** Virtual CPUs it may give out. */
  vcpuCapacity: number
  /** Memory it may give out. */
  memoryCapacityBytes: number
  vcpusReserved: number
  memoryReservedBytes: number
  agentVersion: string
  /** Control-plane node that its agent is, or was last, connected to. */
  node: string
  /** Versions of what runs there. */
  versions: Record<string, unknown>
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Announce a host; then issue a token and register its agent with it. */
export interface HostCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  cluster: string
}

/** Change its name or description. */
export interface HostUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface HostBulk {
  update: HostUpdateInput
  enable: undefined
  disable: undefined
  recover: undefined
  abandon: undefined
  delete: undefined
}

/** A kind of disk that tenants can name, e.g. SSD. */
export interface StorageClass {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Offer a kind of disk. */
export interface StorageClassCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
}

/** Change its name or description. */
export interface StorageClassUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface StorageClassBulk {
  update: StorageClassUpdateInput
  delete: undefined
}

/** Primary storage of a cluster: where the disks of its VMs are. */
export interface StoragePool {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  cluster: string
  class: string
  /** local: a directory of each host; smp: one directory that is mounted on all hosts of the cluster. */
  type: 'local' | 'smp' | 'simulated'
  /** The directory on the hosts. */
  path: string
  state: 'creating' | 'ready' | 'recovering' | 'deleting' | 'failed'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Add a pool; every connected host of the cluster must be able to use it. */
export interface StoragePoolCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  cluster: string
  class: string
  /** local: a directory of each host; smp: one directory that is mounted on all hosts of the cluster. */
  type: 'local' | 'smp' | 'simulated'
  /** The directory on the hosts. */
  path: string
}

/** Change its name or description. */
export interface StoragePoolUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface StoragePoolBulk {
  update: StoragePoolUpdateInput
  recover: undefined
  delete: undefined
}

/** A pool as one host has it: usable or not, and how full. */
export interface PoolMount {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  pool: string
  host: string
  state: 'usable' | 'unusable'
  totalBytes: number
  availableBytes: number
}

/** A disk layer on a pool: an immutable one that others stand on, or the writable top of a volume. */
export interface Layer {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  /** Volumes, not layers, keep a pool or a host. */
  pool: string
  /** The host that has it, on a local pool. */
  host: string | null
  parent: string | null
  virtualSizeBytes: number
}

/** An image on a pool, ready to be cloned. Made when a VM first needs it; many VMs wait for one download. */
export interface CacheEntry {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  image: string
  pool: string
  /** The host that has it, on a local pool. */
  host: string | null
  key: string
  layer: string
  state: 'filling' | 'ready' | 'recovering' | 'deleting' | 'failed'
}

/** What can be done with many at once, each with its input. */
export interface CacheEntryBulk {
  fill: undefined
  recover: undefined
  delete: undefined
}

/** A block device of a VM. */
export interface Volume {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  /** Known when a place was found for it. */
  class: string | null
  /** Size as the guest sees it. */
  sizeBytes: number
  vm: string | null
  /** The image it was cloned from. */
  image: string | null
  /** Where it is; empty until a place was found for it. */
  pool?: string | null
  /** The host that has it, on a local pool. */
  host?: string | null
  topLayer?: string
  state: 'creating' | 'inUse' | 'deleting' | 'failed'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Where images are kept: a directory of one control-plane node, or one that all of them mount. */
export interface ImageStore {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** The directory; it is made when it is not there. */
  path: string
  /** Control-plane node whose directory it is; the others ask it. Empty when all of them have it. */
  node: string
  totalBytes: number
  availableBytes: number
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Add a store: a directory, which must be writable, of the control-plane node that is asked. */
export interface ImageStoreCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** The directory; it is made when it is not there. */
  path: string
  /** All control-plane nodes have the directory: a shared mount. */
  shared?: boolean
}

/** Change its name or description. */
export interface ImageStoreUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface ImageStoreBulk {
  update: ImageStoreUpdateInput
  delete: undefined
}

/** A disk image that VMs are made from, in qcow2 format. */
export interface Image {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** A base image: every account can use it. */
  public: boolean
  /** Where to get it from. Without one, upload it: PUT /v1/images/{id}/content. */
  url: string | null
  /** Checksum of the file; checked when given. */
  sha256: string | null
  architecture: 'x86_64' | 'aarch64'
  /** Size of the file. */
  sizeBytes: number | null
  /** Size of the disk. */
  virtualSizeBytes: number | null
  store?: string
  state: 'creating' | 'ready' | 'recovering' | 'recycled' | 'deleting' | 'failed'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Since when it is in the recycle bin. */
  recycledAt: string | null
}

/** Add an image, by URL or by upload. */
export interface ImageCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where to get it from. Without one, upload it: PUT /v1/images/{id}/content. */
  url?: string | null
  /** Checksum of the file; checked when given. */
  sha256?: string | null
  architecture?: 'x86_64' | 'aarch64'
  /** Offer it to every account; operators only. */
  public?: boolean
}

/** Change its name or description. */
export interface ImageUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Give it to another account, with what belongs to it. */
export interface ImageChangeOwnerInput {
  /** The new owner. */
  to: string
}

/** Move it to the recycle bin; VMs made from it go on. */
export interface ImageDeleteInput {
  /** For good at once, past the recycle bin. */
  expunge?: boolean
}

/** What can be done with many at once, each with its input. */
export interface ImageBulk {
  update: ImageUpdateInput
  recover: undefined
  changeOwner: ImageChangeOwnerInput
  delete: ImageDeleteInput
  undelete: undefined
  expunge: undefined
}

/** A private network: one overlay switch with one IPv4 subnet, addresses by DHCP. */
export interface Network {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  /** Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap. */
  cidr: string
  /** Gateway address, not given to guests; the first address of the subnet when absent. */
  gateway: string | null
  /** Addresses to give out; the whole subnet when empty. */
  ranges: ({ from: string; to: string })[]
  /** Name servers that guests are told of. */
  dnsServers: string[]
  /** Largest packet; tunnels take 58 bytes of the wire’s. */
  mtu: number
  fabric?: string
  /** Geneve key (VNI). */
  tunnelKey?: number
  state: 'creating' | 'ready' | 'recovering' | 'deleting' | 'failed'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Make a network. */
export interface NetworkCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  /** Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap. */
  cidr: string
  /** Gateway address, not given to guests; the first address of the subnet when absent. */
  gateway?: string | null
  /** Addresses to give out; the whole subnet when empty. */
  ranges?: ({ from: string; to: string })[]
  /** Name servers that guests are told of. */
  dnsServers?: string[]
  /** Largest packet; tunnels take 58 bytes of the wire’s. */
  mtu?: number
}

/** Change its name or description. */
export interface NetworkUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Give it to another account, with what belongs to it. */
export interface NetworkChangeOwnerInput {
  /** The new owner. */
  to: string
}

/** What can be done with many at once, each with its input. */
export interface NetworkBulk {
  update: NetworkUpdateInput
  recover: undefined
  delete: undefined
  changeOwner: NetworkChangeOwnerInput
}

/** A network card: a port on a network with its own MAC and IP address. */
export interface Nic {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  network: string
  vm: string | null
  mac: string
  address: string
  /** Goes when its VM goes. */
  deleteWithVm: boolean
  /** 0 is the default NIC of the VM. */
  index: number
  tunnelKey?: number
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** A size of VM. */
export interface Offering {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  vcpus: number
  /** At least 64 MiB. */
  memoryBytes: number
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Offer a size. */
export interface OfferingCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  vcpus: number
  /** At least 64 MiB. */
  memoryBytes: number
}

/** Change its name or description. */
export interface OfferingUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface OfferingBulk {
  update: OfferingUpdateInput
  delete: undefined
}

/** Room on a host that a VM has; its id is the VM’s. */
export interface Reservation {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  host: string
  vcpus: number
  memoryBytes: number
}

/** A virtual machine. */
export interface Vm {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  /** Its size; copied, so that a withdrawn offering changes nothing. */
  offering: string
  vcpus: number
  memoryBytes: number
  /** What its root disk is cloned from. */
  image: string
  /** Made from the name when absent. */
  hostname: string | null
  /** Its addresses, default NIC first. */
  addresses: string[]
  /** Where it runs. */
  host?: string | null
  /** Where it ran last. */
  lastHost?: string | null
  state: 'creating' | 'starting' | 'running' | 'stopping' | 'rebooting' | 'stopped' | 'recovering' | 'recycling' | 'recycled' | 'deleting' | 'failed'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Since when it is in the recycle bin. */
  recycledAt: string | null
}

/** Create a VM and start it. */
export interface VmCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  /** Its size; copied, so that a withdrawn offering changes nothing. */
  offering: string
  /** What its root disk is cloned from. */
  image: string
  /** Made from the name when absent. */
  hostname?: string | null
  /** cloud-init user data; never shown again. */
  userData?: string | null
  /** Networks to be on, default NIC first. */
  networks: ({ network: string; address?: string | null })[]
  /** Size of the root disk; that of the image when absent. */
  rootSizeBytes?: number | null
  /** Kind of the root disk; the first of the zone when absent. */
  storageClass?: string | null
}

/** Change its name or description. */
export interface VmUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Ask the guest to shut down and wait until it did. */
export interface VmStopInput {
  /** The power button, the guest agent, or whichever answers. */
  mode?: 'auto' | 'acpi' | 'agent'
  /** How long the guest may take. */
  timeoutMs?: number
}

/** Reboot the guest. */
export interface VmRebootInput {
  /** Ask the guest, or press the reset button. */
  mode?: 'guest' | 'reset'
}

/** Give it to another account, with what belongs to it. */
export interface VmChangeOwnerInput {
  /** The new owner. */
  to: string
}

/** Power it off and move it to the recycle bin, with its root disk, NICs and addresses. */
export interface VmDeleteInput {
  /** For good at once, past the recycle bin. */
  expunge?: boolean
}

/** What can be done with many at once, each with its input. */
export interface VmBulk {
  update: VmUpdateInput
  start: undefined
  stop: VmStopInput
  powerOff: undefined
  reboot: VmRebootInput
  recover: undefined
  changeOwner: VmChangeOwnerInput
  delete: VmDeleteInput
  undelete: undefined
  expunge: undefined
}

/** Posts events to a URL: signed, in order for each resource, again and again until the receiver has them. */
export interface Webhook {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where events are posted to. */
  url: string
  /** Kinds whose events are sent, e.g. vm; all that the account sees when empty. */
  kinds: string[]
  /** Which changes are sent; every one when empty. */
  changes: ('created' | 'updated' | 'deleted')[]
  /** Who made or changed it last: it sends what this user may see. */
  user: string
  /** Something could not be delivered yet; it is tried again. */
  failing: boolean
  state: 'active' | 'paused'
  /** Tags on it; see the actions attach and detach of tags. */
  tags: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
  /** Tags that only operators see. */
  operatorTags?: ({ id: string; name: string; colour: string; type: 'admin' | 'tenant' })[]
}

/** Send events from now on. */
export interface WebhookCreateInput {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where events are posted to. */
  url: string
  /** Kinds whose events are sent, e.g. vm; all that the account sees when empty. */
  kinds?: string[]
  /** Which changes are sent; every one when empty. */
  changes?: ('created' | 'updated' | 'deleted')[]
  /** Signs what is sent, so that the receiver knows it is from here. Kept encrypted, never shown. */
  secret: string
}

/** Change where or what is sent. */
export interface WebhookUpdateInput {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
  /** Where events are posted to. */
  url?: string
  /** Kinds whose events are sent, e.g. vm; all that the account sees when empty. */
  kinds?: string[]
  /** Which changes are sent; every one when empty. */
  changes?: ('created' | 'updated' | 'deleted')[]
}

/** Sign with another secret from now on. */
export interface WebhookSetSecretInput {
  /** Signs what is sent, so that the receiver knows it is from here. Kept encrypted, never shown. */
  secret: string
}

/** Send everything since a time once more, as far back as events are kept. */
export interface WebhookReplayInput {
  /** Events from then on. */
  since: string
}

/** What can be done with many at once, each with its input. */
export interface WebhookBulk {
  update: WebhookUpdateInput
  setSecret: WebhookSetSecretInput
  pause: undefined
  resume: undefined
  ping: undefined
  replay: WebhookReplayInput
  delete: undefined
}

/** How far the events of a webhook have become deliveries. */
export interface WebhookProgress {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  webhook: string
  /** Events up to here have become deliveries. */
  cursor: string
  /** How many there were. */
  deliveries: number
}

/** One event on its way to the URL of a webhook, or the record of it. */
export interface Delivery {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  webhook: string
  /** Counts the deliveries of the webhook. */
  position: number
  /** Cursor of the event in the stream. */
  event: string
  change: 'created' | 'updated' | 'deleted' | 'ping'
  resourceKind: string
  /** What changed. */
  resource: string
  /** What is posted. */
  body: Record<string, unknown>
  attempts: number
  nextAttemptAt: string | null
  /** A node sends it and has until then. */
  takenUntil?: string | null
  /** HTTP status of the last answer. */
  responseStatus: number | null
  /** Why the last attempt failed. */
  error: string | null
  /** Of the last attempt. */
  durationMs: number | null
  /** Until when it is kept. */
  expiresAt: string
  state: 'pending' | 'delivered' | 'failed'
}

/** What can be done with many at once, each with its input. */
export interface DeliveryBulk {
  redeliver: undefined
}

/** How much of something an account may have: a default of the platform or of a zone, or an account’s own. */
export interface QuotaLimit {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** What is counted. */
  metric: 'volumes' | 'volumeBytes' | 'images' | 'imageBytes' | 'networks' | 'vms' | 'runningVms' | 'vcpus' | 'memoryBytes'
  /** The account it is for; a default for all without one. */
  account: string | null
  /** The zone it is for; every one by itself without one. */
  zone: string | null
  /** How much an account may have, in bytes where the metric says so; without a value there is no limit. */
  maximum: number | null
  /** Account, zone and metric; there is one limit of each. */
  key: string
}

/** Set a limit. */
export interface QuotaLimitCreateInput {
  /** What is counted. */
  metric: 'volumes' | 'volumeBytes' | 'images' | 'imageBytes' | 'networks' | 'vms' | 'runningVms' | 'vcpus' | 'memoryBytes'
  /** The account it is for; a default for all without one. */
  account?: string | null
  /** The zone it is for; every one by itself without one. */
  zone?: string | null
  /** How much an account may have, in bytes where the metric says so; without a value there is no limit. */
  maximum?: number | null
  /** For people. */
  description?: string
}

/** Change it; what is used already stays. */
export interface QuotaLimitUpdateInput {
  /** How much an account may have, in bytes where the metric says so; without a value there is no limit. */
  maximum?: number | null
  /** For people. */
  description?: string
}

/** What can be done with many at once, each with its input. */
export interface QuotaLimitBulk {
  update: QuotaLimitUpdateInput
  delete: undefined
}

/** What an account uses of something, and how much it may have. */
export interface Quota {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Whose it is. */
  account: string
  /** The zone it is about; empty for what is counted everywhere together. */
  zone: string | null
  /** What is counted. */
  metric: 'volumes' | 'volumeBytes' | 'images' | 'imageBytes' | 'networks' | 'vms' | 'runningVms' | 'vcpus' | 'memoryBytes'
  /** How much there is, with what lies in the recycle bin and is kept. */
  used: number
  /** How much an account may have, in bytes where the metric says so; without a value there is no limit. */
  maximum: number | null
  /** Where the maximum comes from: set for the account, or the default of the zone or of the platform. */
  source: 'account' | 'zone' | 'platform' | null
  /** B for bytes. */
  unit: string | null
}

/** Set a limit for this account and zone, in place of wider ones. */
export interface QuotaSetLimitInput {
  /** How much an account may have, in bytes where the metric says so; without a value there is no limit. */
  maximum?: number | null
}

/** What can be done with many at once, each with its input. */
export interface QuotaBulk {
  setLimit: QuotaSetLimitInput
  useDefault: undefined
}

/** A key that secrets are sealed with. The key itself is in files of the nodes and never in the database or in an answer. */
export interface MasterKey {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Tells keys apart, and nothing of what they are. */
  key: string
  /** One more with each new key. */
  generation: number
  /** How much is still sealed with it, as last counted. */
  remaining: number | null
  /** Values of which it opens none: damaged, or forged. */
  unreadable: number | null
  /** It seals; it only opens, while all that it sealed is sealed anew; no node has it any more. */
  state: 'active' | 'retiring' | 'retired'
}

/** Make a new master key, hand it to every node, and seal everything anew with it, while all goes on. */
export interface MasterKeyCreateInput {
  /** For people. */
  description?: string
}

/** What a resource of each kind looks like. */
export interface Kinds {
  task: Task
  node: Node
  tag: Tag
  reconciler: Reconciler
  finding: Finding
  setting: Setting
  settingOverride: SettingOverride
  settingChange: SettingChange
  settingTemplate: SettingTemplate
  domain: Domain
  account: Account
  user: User
  group: Group
  groupMember: GroupMember
  role: Role
  roleBinding: RoleBinding
  share: Share
  session: Session
  accessKey: AccessKey
  separation: Separation
  separationRequest: SeparationRequest
  invitation: Invitation
  zone: Zone
  fabric: Fabric
  cluster: Cluster
  host: Host
  storageClass: StorageClass
  storagePool: StoragePool
  poolMount: PoolMount
  layer: Layer
  cacheEntry: CacheEntry
  volume: Volume
  imageStore: ImageStore
  image: Image
  network: Network
  nic: Nic
  offering: Offering
  reservation: Reservation
  vm: Vm
  webhook: Webhook
  webhookProgress: WebhookProgress
  delivery: Delivery
  quotaLimit: QuotaLimit
  quota: Quota
  masterKey: MasterKey
}

/** Collection path of each kind. */
export const paths: { readonly [K in keyof Kinds]: string } = {
  task: '/v1/tasks',
  node: '/v1/nodes',
  tag: '/v1/tags',
  reconciler: '/v1/reconcilers',
  finding: '/v1/findings',
  setting: '/v1/settings',
  settingOverride: '/v1/setting-overrides',
  settingChange: '/v1/setting-changes',
  settingTemplate: '/v1/setting-templates',
  domain: '/v1/domains',
  account: '/v1/accounts',
  user: '/v1/users',
  group: '/v1/groups',
  groupMember: '/v1/group-members',
  role: '/v1/roles',
  roleBinding: '/v1/role-bindings',
  share: '/v1/shares',
  session: '/v1/sessions',
  accessKey: '/v1/access-keys',
  separation: '/v1/separations',
  separationRequest: '/v1/separation-requests',
  invitation: '/v1/invitations',
  zone: '/v1/zones',
  fabric: '/v1/fabrics',
  cluster: '/v1/clusters',
  host: '/v1/hosts',
  storageClass: '/v1/storage-classes',
  storagePool: '/v1/storage-pools',
  poolMount: '/v1/pool-mounts',
  layer: '/v1/layers',
  cacheEntry: '/v1/cache-entries',
  volume: '/v1/volumes',
  imageStore: '/v1/image-stores',
  image: '/v1/images',
  network: '/v1/networks',
  nic: '/v1/nics',
  offering: '/v1/offerings',
  reservation: '/v1/reservations',
  vm: '/v1/vms',
  webhook: '/v1/webhooks',
  webhookProgress: '/v1/webhook-progress',
  delivery: '/v1/deliveries',
  quotaLimit: '/v1/quota-limits',
  quota: '/v1/quotas',
  masterKey: '/v1/master-keys',
}

/** One typed method for each action of each kind. */
export function resourceClients(http: Http) {
  return {
    tasks: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Task, Q>>('/v1/tasks', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/tasks', query, options),
      get: (id: string, options?: CallOptions) => http.call<Task>('GET', `/v1/tasks/${encodeURIComponent(id)}`, undefined, options),
      /** Stop it and undo what it did; one that waits for its turn is just taken off. */
      cancel: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/tasks/${encodeURIComponent(id)}/cancel`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof TaskBulk>(request: BulkRequest<A, TaskBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Task>>('POST', '/v1/tasks/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/tasks', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/tasks/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    nodes: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Node, Q>>('/v1/nodes', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/nodes', query, options),
      get: (id: string, options?: CallOptions) => http.call<Node>('GET', `/v1/nodes/${encodeURIComponent(id)}`, undefined, options),
      /** Change its description. */
      update: (id: string, input: NodeUpdateInput, options?: CallOptions) => http.call<Node>('PATCH', `/v1/nodes/${encodeURIComponent(id)}`, input, options),
      /** Forget a node that is gone for good; its tasks have gone to others. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/nodes/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof NodeBulk>(request: BulkRequest<A, NodeBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Node>>('POST', '/v1/nodes/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/nodes', query, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/nodes/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/nodes/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/nodes/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    tags: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Tag, Q>>('/v1/tags', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/tags', query, options),
      get: (id: string, options?: CallOptions) => http.call<Tag>('GET', `/v1/tags/${encodeURIComponent(id)}`, undefined, options),
      /** Make a tag of the account that one acts in; those of the platform are for operators. */
      create: (input: TagCreateInput, options?: CallOptions) => http.call<Tag>('POST', '/v1/tags', input, options),
      /** Change it, wherever it is. */
      update: (id: string, input: TagUpdateInput, options?: CallOptions) => http.call<Tag>('PATCH', `/v1/tags/${encodeURIComponent(id)}`, input, options),
      /** Put it on resources. */
      attach: (id: string, input: TagAttachInput, options?: CallOptions) => http.call<Tag>('POST', `/v1/tags/${encodeURIComponent(id)}/attach`, input, options),
      /** Take it off resources. */
      detach: (id: string, input: TagDetachInput, options?: CallOptions) => http.call<Tag>('POST', `/v1/tags/${encodeURIComponent(id)}/detach`, input, options),
      /** Remove it, and take it off everything that has it. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/tags/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof TagBulk>(request: BulkRequest<A, TagBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Tag>>('POST', '/v1/tags/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/tags', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/tags/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Tag>(http, '/v1/tags/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/tags/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/tags/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/tags/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    reconcilers: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Reconciler, Q>>('/v1/reconcilers', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/reconcilers', query, options),
      get: (id: string, options?: CallOptions) => http.call<Reconciler>('GET', `/v1/reconcilers/${encodeURIComponent(id)}`, undefined, options),
      /** Compare now, rather than when it is due. */
      run: (id: string, options?: CallOptions) => http.call<Reconciler>('POST', `/v1/reconcilers/${encodeURIComponent(id)}/run`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof ReconcilerBulk>(request: BulkRequest<A, ReconcilerBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Reconciler>>('POST', '/v1/reconcilers/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/reconcilers', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/reconcilers/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    findings: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Finding, Q>>('/v1/findings', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/findings', query, options),
      get: (id: string, options?: CallOptions) => http.call<Finding>('GET', `/v1/findings/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/findings', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/findings/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    settings: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Setting, Q>>('/v1/settings', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/settings', query, options),
      get: (id: string, options?: CallOptions) => http.call<Setting>('GET', `/v1/settings/${encodeURIComponent(id)}`, undefined, options),
      /** Set its value for the whole platform. */
      set: (id: string, input: SettingSetInput, options?: CallOptions) => http.call<Setting>('POST', `/v1/settings/${encodeURIComponent(id)}/set`, input, options),
      /** Back to its default. */
      reset: (id: string, options?: CallOptions) => http.call<Setting>('POST', `/v1/settings/${encodeURIComponent(id)}/reset`, undefined, options),
      /** Set its value for one resource and what belongs to it, where the setting allows that. */
      override: (id: string, input: SettingOverrideInput, options?: CallOptions) => http.call<Setting>('POST', `/v1/settings/${encodeURIComponent(id)}/override`, input, options),
      /** Take the value of its own from a resource, so that the common one counts there again. */
      inherit: (id: string, input: SettingInheritInput, options?: CallOptions) => http.call<Setting>('POST', `/v1/settings/${encodeURIComponent(id)}/inherit`, input, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof SettingBulk>(request: BulkRequest<A, SettingBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Setting>>('POST', '/v1/settings/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/settings', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/settings/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    settingOverrides: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<SettingOverride, Q>>('/v1/setting-overrides', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/setting-overrides', query, options),
      get: (id: string, options?: CallOptions) => http.call<SettingOverride>('GET', `/v1/setting-overrides/${encodeURIComponent(id)}`, undefined, options),
      /** Let the common value count there again. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/setting-overrides/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof SettingOverrideBulk>(request: BulkRequest<A, SettingOverrideBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<SettingOverride>>('POST', '/v1/setting-overrides/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/setting-overrides', query, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/setting-overrides/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/setting-overrides/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/setting-overrides/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    settingChanges: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<SettingChange, Q>>('/v1/setting-changes', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/setting-changes', query, options),
      get: (id: string, options?: CallOptions) => http.call<SettingChange>('GET', `/v1/setting-changes/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/setting-changes', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/setting-changes/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    settingTemplates: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<SettingTemplate, Q>>('/v1/setting-templates', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/setting-templates', query, options),
      get: (id: string, options?: CallOptions) => http.call<SettingTemplate>('GET', `/v1/setting-templates/${encodeURIComponent(id)}`, undefined, options),
      /** Keep a set of values. */
      create: (input: SettingTemplateCreateInput, options?: CallOptions) => http.call<SettingTemplate>('POST', '/v1/setting-templates', input, options),
      /** Change it; settings that it was applied to stay as they are. */
      update: (id: string, input: SettingTemplateUpdateInput, options?: CallOptions) => http.call<SettingTemplate>('PATCH', `/v1/setting-templates/${encodeURIComponent(id)}`, input, options),
      /** Set all its values at once; a preview tells what that would change. */
      apply: (id: string, options?: CallOptions) => http.call<SettingTemplate>('POST', `/v1/setting-templates/${encodeURIComponent(id)}/apply`, undefined, options),
      /** Forget the set. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/setting-templates/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof SettingTemplateBulk>(request: BulkRequest<A, SettingTemplateBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<SettingTemplate>>('POST', '/v1/setting-templates/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/setting-templates', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/setting-templates/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<SettingTemplate>(http, '/v1/setting-templates/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/setting-templates/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/setting-templates/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/setting-templates/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    domains: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Domain, Q>>('/v1/domains', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/domains', query, options),
      get: (id: string, options?: CallOptions) => http.call<Domain>('GET', `/v1/domains/${encodeURIComponent(id)}`, undefined, options),
      /** Make a domain below another; below that of your account when none is named. */
      create: (input: DomainCreateInput, options?: CallOptions) => http.call<Domain>('POST', '/v1/domains', input, options),
      /** Change its name or description. */
      update: (id: string, input: DomainUpdateInput, options?: CallOptions) => http.call<Domain>('PATCH', `/v1/domains/${encodeURIComponent(id)}`, input, options),
      /** Remove a domain without accounts and domains below. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/domains/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof DomainBulk>(request: BulkRequest<A, DomainBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Domain>>('POST', '/v1/domains/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/domains', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/domains/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Domain>(http, '/v1/domains/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/domains/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/domains/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/domains/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    accounts: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Account, Q>>('/v1/accounts', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/accounts', query, options),
      get: (id: string, options?: CallOptions) => http.call<Account>('GET', `/v1/accounts/${encodeURIComponent(id)}`, undefined, options),
      /** Open an account. */
      create: (input: AccountCreateInput, options?: CallOptions) => http.call<Account>('POST', '/v1/accounts', input, options),
      /** Change its name or description. */
      update: (id: string, input: AccountUpdateInput, options?: CallOptions) => http.call<Account>('PATCH', `/v1/accounts/${encodeURIComponent(id)}`, input, options),
      /** Let none of its users log in or act; its resources stay. */
      freeze: (id: string, options?: CallOptions) => http.call<Account>('POST', `/v1/accounts/${encodeURIComponent(id)}/freeze`, undefined, options),
      /** Let its users act again. */
      unfreeze: (id: string, options?: CallOptions) => http.call<Account>('POST', `/v1/accounts/${encodeURIComponent(id)}/unfreeze`, undefined, options),
      /** Put it into another domain, with all it owns. Rights in both domains are needed. */
      move: (id: string, input: AccountMoveInput, options?: CallOptions) => http.call<Account>('POST', `/v1/accounts/${encodeURIComponent(id)}/move`, input, options),
      /** Close it; it must own nothing, or be frozen and deleted with all it owns. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/accounts/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof AccountBulk>(request: BulkRequest<A, AccountBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Account>>('POST', '/v1/accounts/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/accounts', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/accounts/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Account>(http, '/v1/accounts/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/accounts/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/accounts/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/accounts/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    users: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<User, Q>>('/v1/users', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/users', query, options),
      get: (id: string, options?: CallOptions) => http.call<User>('GET', `/v1/users/${encodeURIComponent(id)}`, undefined, options),
      /** Add a user to an account; to your own when none is named. */
      create: (input: UserCreateInput, options?: CallOptions) => http.call<User>('POST', '/v1/users', input, options),
      /** Change name or description. */
      update: (id: string, input: UserUpdateInput, options?: CallOptions) => http.call<User>('PATCH', `/v1/users/${encodeURIComponent(id)}`, input, options),
      /** Set a new password; ends all sessions of the user. */
      setPassword: (id: string, input: UserSetPasswordInput, options?: CallOptions) => http.call<User>('POST', `/v1/users/${encodeURIComponent(id)}/set-password`, input, options),
      /** Remove the user and its sessions. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/users/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof UserBulk>(request: BulkRequest<A, UserBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<User>>('POST', '/v1/users/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/users', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/users/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<User>(http, '/v1/users/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/users/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/users/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/users/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    groups: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Group, Q>>('/v1/groups', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/groups', query, options),
      get: (id: string, options?: CallOptions) => http.call<Group>('GET', `/v1/groups/${encodeURIComponent(id)}`, undefined, options),
      /** Make a group. */
      create: (input: GroupCreateInput, options?: CallOptions) => http.call<Group>('POST', '/v1/groups', input, options),
      /** Change its name or description. */
      update: (id: string, input: GroupUpdateInput, options?: CallOptions) => http.call<Group>('PATCH', `/v1/groups/${encodeURIComponent(id)}`, input, options),
      /** Remove it; its members lose the roles they had through it. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/groups/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof GroupBulk>(request: BulkRequest<A, GroupBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Group>>('POST', '/v1/groups/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/groups', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/groups/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Group>(http, '/v1/groups/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/groups/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/groups/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/groups/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    groupMembers: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<GroupMember, Q>>('/v1/group-members', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/group-members', query, options),
      get: (id: string, options?: CallOptions) => http.call<GroupMember>('GET', `/v1/group-members/${encodeURIComponent(id)}`, undefined, options),
      /** Put a user into a group. */
      create: (input: GroupMemberCreateInput, options?: CallOptions) => http.call<GroupMember>('POST', '/v1/group-members', input, options),
      /** Take a user out of a group. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/group-members/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof GroupMemberBulk>(request: BulkRequest<A, GroupMemberBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<GroupMember>>('POST', '/v1/group-members/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/group-members', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/group-members/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<GroupMember>(http, '/v1/group-members/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/group-members/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/group-members/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/group-members/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    roles: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Role, Q>>('/v1/roles', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/roles', query, options),
      get: (id: string, options?: CallOptions) => http.call<Role>('GET', `/v1/roles/${encodeURIComponent(id)}`, undefined, options),
      /** Make a role. */
      create: (input: RoleCreateInput, options?: CallOptions) => http.call<Role>('POST', '/v1/roles', input, options),
      /** Change it, wherever it is bound. */
      update: (id: string, input: RoleUpdateInput, options?: CallOptions) => http.call<Role>('PATCH', `/v1/roles/${encodeURIComponent(id)}`, input, options),
      /** Remove a role that is bound nowhere. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/roles/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof RoleBulk>(request: BulkRequest<A, RoleBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Role>>('POST', '/v1/roles/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/roles', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/roles/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Role>(http, '/v1/roles/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/roles/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/roles/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/roles/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    roleBindings: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<RoleBinding, Q>>('/v1/role-bindings', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/role-bindings', query, options),
      get: (id: string, options?: CallOptions) => http.call<RoleBinding>('GET', `/v1/role-bindings/${encodeURIComponent(id)}`, undefined, options),
      /** Give a role. You can give what you may do yourself where you give it. */
      create: (input: RoleBindingCreateInput, options?: CallOptions) => http.call<RoleBinding>('POST', '/v1/role-bindings', input, options),
      /** Take the role away. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/role-bindings/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof RoleBindingBulk>(request: BulkRequest<A, RoleBindingBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<RoleBinding>>('POST', '/v1/role-bindings/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/role-bindings', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/role-bindings/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<RoleBinding>(http, '/v1/role-bindings/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/role-bindings/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/role-bindings/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/role-bindings/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    shares: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Share, Q>>('/v1/shares', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/shares', query, options),
      get: (id: string, options?: CallOptions) => http.call<Share>('GET', `/v1/shares/${encodeURIComponent(id)}`, undefined, options),
      /** Share a resource. */
      create: (input: ShareCreateInput, options?: CallOptions) => http.call<Share>('POST', '/v1/shares', input, options),
      /** Recall it: no new use; who uses it goes on. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/shares/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof ShareBulk>(request: BulkRequest<A, ShareBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Share>>('POST', '/v1/shares/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/shares', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/shares/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Share>(http, '/v1/shares/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/shares/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/shares/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/shares/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    sessions: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Session, Q>>('/v1/sessions', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/sessions', query, options),
      get: (id: string, options?: CallOptions) => http.call<Session>('GET', `/v1/sessions/${encodeURIComponent(id)}`, undefined, options),
      /** Log out; its token counts nowhere any more. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/sessions/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof SessionBulk>(request: BulkRequest<A, SessionBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Session>>('POST', '/v1/sessions/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/sessions', query, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/sessions/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/sessions/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/sessions/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    accessKeys: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<AccessKey, Q>>('/v1/access-keys', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/access-keys', query, options),
      get: (id: string, options?: CallOptions) => http.call<AccessKey>('GET', `/v1/access-keys/${encodeURIComponent(id)}`, undefined, options),
      /** Make a key for yourself. The answer has its secret, which is never shown again. */
      create: (input: AccessKeyCreateInput, options?: CallOptions) => http.call<AccessKey & { secret: string }>('POST', '/v1/access-keys', input, options),
      /** Change name or description. */
      update: (id: string, input: AccessKeyUpdateInput, options?: CallOptions) => http.call<AccessKey>('PATCH', `/v1/access-keys/${encodeURIComponent(id)}`, input, options),
      /** Refuse its requests until it is enabled. */
      disable: (id: string, options?: CallOptions) => http.call<AccessKey>('POST', `/v1/access-keys/${encodeURIComponent(id)}/disable`, undefined, options),
      /** Take its requests again. */
      enable: (id: string, options?: CallOptions) => http.call<AccessKey>('POST', `/v1/access-keys/${encodeURIComponent(id)}/enable`, undefined, options),
      /** Remove it; its requests are refused for ever. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/access-keys/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof AccessKeyBulk>(request: BulkRequest<A, AccessKeyBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<AccessKey>>('POST', '/v1/access-keys/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/access-keys', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/access-keys/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<AccessKey>(http, '/v1/access-keys/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/access-keys/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/access-keys/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/access-keys/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    separations: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Separation, Q>>('/v1/separations', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/separations', query, options),
      get: (id: string, options?: CallOptions) => http.call<Separation>('GET', `/v1/separations/${encodeURIComponent(id)}`, undefined, options),
      /** Split the power over the platform; whoever has none of its parts then has no power over it. Two parts together undo it. */
      enable: (id: string, input: SeparationEnableInput, options?: CallOptions) => http.call<Separation>('POST', `/v1/separations/${encodeURIComponent(id)}/enable`, input, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof SeparationBulk>(request: BulkRequest<A, SeparationBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Separation>>('POST', '/v1/separations/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/separations', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/separations/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    separationRequests: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<SeparationRequest, Q>>('/v1/separation-requests', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/separation-requests', query, options),
      get: (id: string, options?: CallOptions) => http.call<SeparationRequest>('GET', `/v1/separation-requests/${encodeURIComponent(id)}`, undefined, options),
      /** Ask for it. */
      create: (input: SeparationRequestCreateInput, options?: CallOptions) => http.call<SeparationRequest>('POST', '/v1/separation-requests', input, options),
      /** Have it done; for who has another part than the one that asks. */
      approve: (id: string, options?: CallOptions) => http.call<SeparationRequest>('POST', `/v1/separation-requests/${encodeURIComponent(id)}/approve`, undefined, options),
      /** Refuse it, or take it back. */
      reject: (id: string, options?: CallOptions) => http.call<SeparationRequest>('POST', `/v1/separation-requests/${encodeURIComponent(id)}/reject`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof SeparationRequestBulk>(request: BulkRequest<A, SeparationRequestBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<SeparationRequest>>('POST', '/v1/separation-requests/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/separation-requests', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/separation-requests/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<SeparationRequest>(http, '/v1/separation-requests/import', csv, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/separation-requests/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    invitations: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Invitation, Q>>('/v1/invitations', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/invitations', query, options),
      get: (id: string, options?: CallOptions) => http.call<Invitation>('GET', `/v1/invitations/${encodeURIComponent(id)}`, undefined, options),
      /** Ask for it. The answer has the first code, which is never shown again: give it to the user. */
      create: (input: InvitationCreateInput, options?: CallOptions) => http.call<Invitation & { code: string }>('POST', '/v1/invitations', input, options),
      /** For who has another part than the one that asks. The answer has the second code: give it to the user, and to nobody else. */
      approve: (id: string, options?: CallOptions) => http.call<Invitation & { secondCode: string | null }>('POST', `/v1/invitations/${encodeURIComponent(id)}/approve`, undefined, options),
      /** Refuse it, or take it back. */
      reject: (id: string, options?: CallOptions) => http.call<Invitation>('POST', `/v1/invitations/${encodeURIComponent(id)}/reject`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof InvitationBulk>(request: BulkRequest<A, InvitationBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Invitation>>('POST', '/v1/invitations/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/invitations', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/invitations/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Invitation>(http, '/v1/invitations/import', csv, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/invitations/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    zones: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Zone, Q>>('/v1/zones', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/zones', query, options),
      get: (id: string, options?: CallOptions) => http.call<Zone>('GET', `/v1/zones/${encodeURIComponent(id)}`, undefined, options),
      /** Open a zone. */
      create: (input: ZoneCreateInput, options?: CallOptions) => http.call<Zone>('POST', '/v1/zones', input, options),
      /** Change its name or description. */
      update: (id: string, input: ZoneUpdateInput, options?: CallOptions) => http.call<Zone>('PATCH', `/v1/zones/${encodeURIComponent(id)}`, input, options),
      /** Close a zone that nothing is in. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/zones/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof ZoneBulk>(request: BulkRequest<A, ZoneBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Zone>>('POST', '/v1/zones/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/zones', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/zones/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Zone>(http, '/v1/zones/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/zones/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/zones/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/zones/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    fabrics: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Fabric, Q>>('/v1/fabrics', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/fabrics', query, options),
      get: (id: string, options?: CallOptions) => http.call<Fabric>('GET', `/v1/fabrics/${encodeURIComponent(id)}`, undefined, options),
      /** Add a fabric; its database must answer. */
      create: (input: FabricCreateInput, options?: CallOptions) => http.call<Fabric>('POST', '/v1/fabrics', input, options),
      /** Change its name or description. */
      update: (id: string, input: FabricUpdateInput, options?: CallOptions) => http.call<Fabric>('PATCH', `/v1/fabrics/${encodeURIComponent(id)}`, input, options),
      /** Remove a fabric without clusters and networks. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/fabrics/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof FabricBulk>(request: BulkRequest<A, FabricBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Fabric>>('POST', '/v1/fabrics/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/fabrics', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/fabrics/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Fabric>(http, '/v1/fabrics/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/fabrics/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/fabrics/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/fabrics/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    clusters: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Cluster, Q>>('/v1/clusters', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/clusters', query, options),
      get: (id: string, options?: CallOptions) => http.call<Cluster>('GET', `/v1/clusters/${encodeURIComponent(id)}`, undefined, options),
      /** Add a cluster. */
      create: (input: ClusterCreateInput, options?: CallOptions) => http.call<Cluster>('POST', '/v1/clusters', input, options),
      /** Change its name or description. */
      update: (id: string, input: ClusterUpdateInput, options?: CallOptions) => http.call<Cluster>('PATCH', `/v1/clusters/${encodeURIComponent(id)}`, input, options),
      /** Remove a cluster without hosts and pools. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/clusters/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof ClusterBulk>(request: BulkRequest<A, ClusterBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Cluster>>('POST', '/v1/clusters/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/clusters', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/clusters/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Cluster>(http, '/v1/clusters/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/clusters/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/clusters/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/clusters/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    hosts: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Host, Q>>('/v1/hosts', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/hosts', query, options),
      get: (id: string, options?: CallOptions) => http.call<Host>('GET', `/v1/hosts/${encodeURIComponent(id)}`, undefined, options),
      /** Announce a host; then issue a token and register its agent with it. */
      create: (input: HostCreateInput, options?: CallOptions) => http.call<Host>('POST', '/v1/hosts', input, options),
      /** Change its name or description. */
      update: (id: string, input: HostUpdateInput, options?: CallOptions) => http.call<Host>('PATCH', `/v1/hosts/${encodeURIComponent(id)}`, input, options),
      /** Let it take new guests. */
      enable: (id: string, options?: CallOptions) => http.call<Host>('POST', `/v1/hosts/${encodeURIComponent(id)}/enable`, undefined, options),
      /** Let it take no new guests; those it runs go on. */
      disable: (id: string, options?: CallOptions) => http.call<Host>('POST', `/v1/hosts/${encodeURIComponent(id)}/disable`, undefined, options),
      /** Take over what its agent tells, or that it is not here. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/hosts/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Give up a host that is lost for ever: VMs whose disks were only there are failed, others can start elsewhere. */
      abandon: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/hosts/${encodeURIComponent(id)}/abandon`, undefined, options),
      /** Remove a host that has no VMs and no disks; its agent is refused from then on. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/hosts/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof HostBulk>(request: BulkRequest<A, HostBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Host>>('POST', '/v1/hosts/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/hosts', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/hosts/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Host>(http, '/v1/hosts/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/hosts/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/hosts/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/hosts/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    storageClasses: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<StorageClass, Q>>('/v1/storage-classes', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/storage-classes', query, options),
      get: (id: string, options?: CallOptions) => http.call<StorageClass>('GET', `/v1/storage-classes/${encodeURIComponent(id)}`, undefined, options),
      /** Offer a kind of disk. */
      create: (input: StorageClassCreateInput, options?: CallOptions) => http.call<StorageClass>('POST', '/v1/storage-classes', input, options),
      /** Change its name or description. */
      update: (id: string, input: StorageClassUpdateInput, options?: CallOptions) => http.call<StorageClass>('PATCH', `/v1/storage-classes/${encodeURIComponent(id)}`, input, options),
      /** Offer it no more; no pool may be of it. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/storage-classes/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof StorageClassBulk>(request: BulkRequest<A, StorageClassBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<StorageClass>>('POST', '/v1/storage-classes/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/storage-classes', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/storage-classes/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<StorageClass>(http, '/v1/storage-classes/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/storage-classes/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/storage-classes/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/storage-classes/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    storagePools: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<StoragePool, Q>>('/v1/storage-pools', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/storage-pools', query, options),
      get: (id: string, options?: CallOptions) => http.call<StoragePool>('GET', `/v1/storage-pools/${encodeURIComponent(id)}`, undefined, options),
      /** Add a pool; every connected host of the cluster must be able to use it. */
      create: (input: StoragePoolCreateInput, options?: CallOptions) => http.call<Task>('POST', '/v1/storage-pools', input, options),
      /** Change its name or description. */
      update: (id: string, input: StoragePoolUpdateInput, options?: CallOptions) => http.call<StoragePool>('PATCH', `/v1/storage-pools/${encodeURIComponent(id)}`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/storage-pools/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Remove a pool without volumes; cached images in it go. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/storage-pools/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof StoragePoolBulk>(request: BulkRequest<A, StoragePoolBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<StoragePool>>('POST', '/v1/storage-pools/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/storage-pools', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/storage-pools/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<StoragePool>(http, '/v1/storage-pools/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/storage-pools/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/storage-pools/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/storage-pools/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    poolMounts: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<PoolMount, Q>>('/v1/pool-mounts', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/pool-mounts', query, options),
      get: (id: string, options?: CallOptions) => http.call<PoolMount>('GET', `/v1/pool-mounts/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/pool-mounts', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/pool-mounts/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    layers: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Layer, Q>>('/v1/layers', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/layers', query, options),
      get: (id: string, options?: CallOptions) => http.call<Layer>('GET', `/v1/layers/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/layers', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/layers/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    cacheEntries: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<CacheEntry, Q>>('/v1/cache-entries', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/cache-entries', query, options),
      get: (id: string, options?: CallOptions) => http.call<CacheEntry>('GET', `/v1/cache-entries/${encodeURIComponent(id)}`, undefined, options),
      /** Bring the image here. */
      fill: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/cache-entries/${encodeURIComponent(id)}/fill`, undefined, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/cache-entries/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Free the space; the next VM brings it again. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/cache-entries/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof CacheEntryBulk>(request: BulkRequest<A, CacheEntryBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<CacheEntry>>('POST', '/v1/cache-entries/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/cache-entries', query, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/cache-entries/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/cache-entries/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/cache-entries/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    volumes: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Volume, Q>>('/v1/volumes', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/volumes', query, options),
      get: (id: string, options?: CallOptions) => http.call<Volume>('GET', `/v1/volumes/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/volumes', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/volumes/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    imageStores: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<ImageStore, Q>>('/v1/image-stores', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/image-stores', query, options),
      get: (id: string, options?: CallOptions) => http.call<ImageStore>('GET', `/v1/image-stores/${encodeURIComponent(id)}`, undefined, options),
      /** Add a store: a directory, which must be writable, of the control-plane node that is asked. */
      create: (input: ImageStoreCreateInput, options?: CallOptions) => http.call<ImageStore>('POST', '/v1/image-stores', input, options),
      /** Change its name or description. */
      update: (id: string, input: ImageStoreUpdateInput, options?: CallOptions) => http.call<ImageStore>('PATCH', `/v1/image-stores/${encodeURIComponent(id)}`, input, options),
      /** Remove a store without images; its files stay. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/image-stores/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof ImageStoreBulk>(request: BulkRequest<A, ImageStoreBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<ImageStore>>('POST', '/v1/image-stores/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/image-stores', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/image-stores/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<ImageStore>(http, '/v1/image-stores/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/image-stores/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/image-stores/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/image-stores/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    images: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Image, Q>>('/v1/images', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/images', query, options),
      get: (id: string, options?: CallOptions) => http.call<Image>('GET', `/v1/images/${encodeURIComponent(id)}`, undefined, options),
      /** Add an image, by URL or by upload. */
      create: (input: ImageCreateInput, options?: CallOptions) => http.call<Task>('POST', '/v1/images', input, options),
      /** Change its name or description. */
      update: (id: string, input: ImageUpdateInput, options?: CallOptions) => http.call<Image>('PATCH', `/v1/images/${encodeURIComponent(id)}`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/images/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Give it to another account, with what belongs to it. */
      changeOwner: (id: string, input: ImageChangeOwnerInput, options?: CallOptions) => http.call<Image>('POST', `/v1/images/${encodeURIComponent(id)}/change-owner`, input, options),
      /** Move it to the recycle bin; VMs made from it go on. */
      delete: (id: string, input?: ImageDeleteInput, options?: CallOptions) => http.call<Task>('DELETE', `/v1/images/${encodeURIComponent(id)}`, input, options),
      /** Take it out of the recycle bin; the Image is ready afterwards. */
      undelete: (id: string, options?: CallOptions) => http.call<Image>('POST', `/v1/images/${encodeURIComponent(id)}/undelete`, undefined, options),
      /** Delete it for good; it cannot be undeleted after that. */
      expunge: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/images/${encodeURIComponent(id)}/expunge`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof ImageBulk>(request: BulkRequest<A, ImageBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Image>>('POST', '/v1/images/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/images', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/images/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Image>(http, '/v1/images/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/images/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/images/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/images/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    networks: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Network, Q>>('/v1/networks', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/networks', query, options),
      get: (id: string, options?: CallOptions) => http.call<Network>('GET', `/v1/networks/${encodeURIComponent(id)}`, undefined, options),
      /** Make a network. */
      create: (input: NetworkCreateInput, options?: CallOptions) => http.call<Task>('POST', '/v1/networks', input, options),
      /** Change its name or description. */
      update: (id: string, input: NetworkUpdateInput, options?: CallOptions) => http.call<Network>('PATCH', `/v1/networks/${encodeURIComponent(id)}`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/networks/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Remove a network without NICs. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/networks/${encodeURIComponent(id)}`, undefined, options),
      /** Give it to another account, with what belongs to it. */
      changeOwner: (id: string, input: NetworkChangeOwnerInput, options?: CallOptions) => http.call<Network>('POST', `/v1/networks/${encodeURIComponent(id)}/change-owner`, input, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof NetworkBulk>(request: BulkRequest<A, NetworkBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Network>>('POST', '/v1/networks/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/networks', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/networks/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Network>(http, '/v1/networks/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/networks/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/networks/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/networks/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    nics: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Nic, Q>>('/v1/nics', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/nics', query, options),
      get: (id: string, options?: CallOptions) => http.call<Nic>('GET', `/v1/nics/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/nics', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/nics/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    offerings: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Offering, Q>>('/v1/offerings', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/offerings', query, options),
      get: (id: string, options?: CallOptions) => http.call<Offering>('GET', `/v1/offerings/${encodeURIComponent(id)}`, undefined, options),
      /** Offer a size. */
      create: (input: OfferingCreateInput, options?: CallOptions) => http.call<Offering>('POST', '/v1/offerings', input, options),
      /** Change its name or description. */
      update: (id: string, input: OfferingUpdateInput, options?: CallOptions) => http.call<Offering>('PATCH', `/v1/offerings/${encodeURIComponent(id)}`, input, options),
      /** Offer it no more; VMs of this size go on. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/offerings/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof OfferingBulk>(request: BulkRequest<A, OfferingBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Offering>>('POST', '/v1/offerings/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/offerings', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/offerings/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Offering>(http, '/v1/offerings/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/offerings/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/offerings/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/offerings/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    reservations: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Reservation, Q>>('/v1/reservations', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/reservations', query, options),
      get: (id: string, options?: CallOptions) => http.call<Reservation>('GET', `/v1/reservations/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/reservations', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/reservations/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    vms: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Vm, Q>>('/v1/vms', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/vms', query, options),
      get: (id: string, options?: CallOptions) => http.call<Vm>('GET', `/v1/vms/${encodeURIComponent(id)}`, undefined, options),
      /** Create a VM and start it. */
      create: (input: VmCreateInput, options?: CallOptions) => http.call<Task>('POST', '/v1/vms', input, options),
      /** Change its name or description. */
      update: (id: string, input: VmUpdateInput, options?: CallOptions) => http.call<Vm>('PATCH', `/v1/vms/${encodeURIComponent(id)}`, input, options),
      /** Start it. */
      start: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/start`, undefined, options),
      /** Ask the guest to shut down and wait until it did. */
      stop: (id: string, input?: VmStopInput, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/stop`, input, options),
      /** Pull the plug; what the guest did not write is lost. */
      powerOff: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/power-off`, undefined, options),
      /** Reboot the guest. */
      reboot: (id: string, input?: VmRebootInput, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/reboot`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Give it to another account, with what belongs to it. */
      changeOwner: (id: string, input: VmChangeOwnerInput, options?: CallOptions) => http.call<Vm>('POST', `/v1/vms/${encodeURIComponent(id)}/change-owner`, input, options),
      /** Power it off and move it to the recycle bin, with its root disk, NICs and addresses. */
      delete: (id: string, input?: VmDeleteInput, options?: CallOptions) => http.call<Task>('DELETE', `/v1/vms/${encodeURIComponent(id)}`, input, options),
      /** Take it out of the recycle bin; the VM is stopped afterwards. */
      undelete: (id: string, options?: CallOptions) => http.call<Vm>('POST', `/v1/vms/${encodeURIComponent(id)}/undelete`, undefined, options),
      /** Delete it for good; it cannot be undeleted after that. */
      expunge: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/expunge`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof VmBulk>(request: BulkRequest<A, VmBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Vm>>('POST', '/v1/vms/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/vms', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/vms/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Vm>(http, '/v1/vms/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/vms/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/vms/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    webhooks: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Webhook, Q>>('/v1/webhooks', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/webhooks', query, options),
      get: (id: string, options?: CallOptions) => http.call<Webhook>('GET', `/v1/webhooks/${encodeURIComponent(id)}`, undefined, options),
      /** Send events from now on. */
      create: (input: WebhookCreateInput, options?: CallOptions) => http.call<Webhook>('POST', '/v1/webhooks', input, options),
      /** Change where or what is sent. */
      update: (id: string, input: WebhookUpdateInput, options?: CallOptions) => http.call<Webhook>('PATCH', `/v1/webhooks/${encodeURIComponent(id)}`, input, options),
      /** Sign with another secret from now on. */
      setSecret: (id: string, input: WebhookSetSecretInput, options?: CallOptions) => http.call<Webhook>('POST', `/v1/webhooks/${encodeURIComponent(id)}/set-secret`, input, options),
      /** Send nothing; what happens meanwhile is sent later. */
      pause: (id: string, options?: CallOptions) => http.call<Webhook>('POST', `/v1/webhooks/${encodeURIComponent(id)}/pause`, undefined, options),
      /** Send again, beginning with what was kept. */
      resume: (id: string, options?: CallOptions) => http.call<Webhook>('POST', `/v1/webhooks/${encodeURIComponent(id)}/resume`, undefined, options),
      /** Send a test event. */
      ping: (id: string, options?: CallOptions) => http.call<Webhook>('POST', `/v1/webhooks/${encodeURIComponent(id)}/ping`, undefined, options),
      /** Send everything since a time once more, as far back as events are kept. */
      replay: (id: string, input: WebhookReplayInput, options?: CallOptions) => http.call<Webhook>('POST', `/v1/webhooks/${encodeURIComponent(id)}/replay`, input, options),
      /** Send nothing any more and forget its deliveries. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/webhooks/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof WebhookBulk>(request: BulkRequest<A, WebhookBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Webhook>>('POST', '/v1/webhooks/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/webhooks', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/webhooks/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<Webhook>(http, '/v1/webhooks/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/webhooks/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/webhooks/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/webhooks/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    webhookProgress: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<WebhookProgress, Q>>('/v1/webhook-progress', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/webhook-progress', query, options),
      get: (id: string, options?: CallOptions) => http.call<WebhookProgress>('GET', `/v1/webhook-progress/${encodeURIComponent(id)}`, undefined, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/webhook-progress', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/webhook-progress/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    deliveries: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Delivery, Q>>('/v1/deliveries', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/deliveries', query, options),
      get: (id: string, options?: CallOptions) => http.call<Delivery>('GET', `/v1/deliveries/${encodeURIComponent(id)}`, undefined, options),
      /** Send it once more. */
      redeliver: (id: string, options?: CallOptions) => http.call<Delivery>('POST', `/v1/deliveries/${encodeURIComponent(id)}/redeliver`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof DeliveryBulk>(request: BulkRequest<A, DeliveryBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Delivery>>('POST', '/v1/deliveries/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/deliveries', query, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/deliveries/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    quotaLimits: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<QuotaLimit, Q>>('/v1/quota-limits', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/quota-limits', query, options),
      get: (id: string, options?: CallOptions) => http.call<QuotaLimit>('GET', `/v1/quota-limits/${encodeURIComponent(id)}`, undefined, options),
      /** Set a limit. */
      create: (input: QuotaLimitCreateInput, options?: CallOptions) => http.call<QuotaLimit>('POST', '/v1/quota-limits', input, options),
      /** Change it; what is used already stays. */
      update: (id: string, input: QuotaLimitUpdateInput, options?: CallOptions) => http.call<QuotaLimit>('PATCH', `/v1/quota-limits/${encodeURIComponent(id)}`, input, options),
      /** Remove it; the next wider one counts again. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/quota-limits/${encodeURIComponent(id)}`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof QuotaLimitBulk>(request: BulkRequest<A, QuotaLimitBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<QuotaLimit>>('POST', '/v1/quota-limits/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/quota-limits', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/quota-limits/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<QuotaLimit>(http, '/v1/quota-limits/import', csv, options),
      /** What would go with it, and what forbids that. */
      deletion: (id: string, options?: CallOptions) => http.call<Deletion>('GET', `/v1/quota-limits/${encodeURIComponent(id)}/deletion`, undefined, options),
      /** Delete it with what it has. */
      deleteAll: (id: string, input?: DeleteAllInput, options?: CallOptions) => http.call<Task>('POST', `/v1/quota-limits/${encodeURIComponent(id)}/deletion`, input, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/quota-limits/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
    quotas: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<Quota, Q>>('/v1/quotas', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/quotas', query, options),
      get: (id: string, options?: CallOptions) => http.call<Quota>('GET', `/v1/quotas/${encodeURIComponent(id)}`, undefined, options),
      /** Set a limit for this account and zone, in place of wider ones. */
      setLimit: (id: string, input?: QuotaSetLimitInput, options?: CallOptions) => http.call<Quota>('POST', `/v1/quotas/${encodeURIComponent(id)}/set-limit`, input, options),
      /** Remove the limit that was set for this account and zone; the next wider one counts again. */
      useDefault: (id: string, options?: CallOptions) => http.call<Quota>('POST', `/v1/quotas/${encodeURIComponent(id)}/use-default`, undefined, options),
      /** Do one action with many; each has a result of its own. */
      bulk: <A extends keyof QuotaBulk>(request: BulkRequest<A, QuotaBulk[A]>, options?: CallOptions) => http.call<BulkAnswer<Quota>>('POST', '/v1/quotas/bulk', request, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/quotas', query, options),
    },
    masterKeys: {
      list: <const Q extends ListQuery = ListQuery>(query?: Q, options?: CallOptions) => http.list<Shown<MasterKey, Q>>('/v1/master-keys', query, options),
      grouped: (query: GroupQuery, options?: CallOptions) => http.grouped('/v1/master-keys', query, options),
      get: (id: string, options?: CallOptions) => http.call<MasterKey>('GET', `/v1/master-keys/${encodeURIComponent(id)}`, undefined, options),
      /** Make a new master key, hand it to every node, and seal everything anew with it, while all goes on. */
      create: (input?: MasterKeyCreateInput, options?: CallOptions) => http.call<MasterKey>('POST', '/v1/master-keys', input, options),
      /** Everything that a list has, as CSV, as it comes. */
      exportCsv: (query?: ListQuery, options?: ExportOptions) => exportCsv(http, '/v1/master-keys', query, options),
      /** A CSV file to fill in for an import. */
      csvTemplate: (options?: ExportOptions) => csvText(http, '/v1/master-keys/csv-template', options),
      /** Create many from a CSV file, one a line. */
      importCsv: (csv: string, options?: ImportOptions) => importCsv<MasterKey>(http, '/v1/master-keys/import', csv, options),
      /** It and what is around it: nodes and edges, some references away. */
      relations: (id: string, depth = 1, options?: CallOptions) => http.call<Topology>('GET', `/v1/master-keys/${encodeURIComponent(id)}/relations?depth=${depth}`, undefined, options),
    },
  }
}
