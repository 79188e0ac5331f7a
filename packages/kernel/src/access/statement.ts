/** The words in which rights are written. Pure data: what a role says, where it is bound, and what follows for one caller. */

/** One sentence of a role. It applies where the role is bound, to what all of its conditions hold for. */
export interface Statement {
  effect: 'allow' | 'deny'
  /** Permissions: `vm.start`, `vm.*` (a kind), `*.read` (an action of every kind), `*`. */
  actions: readonly string[]
  /** Permissions that `actions` would name, but that the statement leaves out. */
  except?: readonly string[] | null
  /** Only resources with these ids. */
  resources?: readonly string[] | null
  /** Only resources in these zones. */
  zones?: readonly string[] | null
  /** Only what is the caller's own: the user, its sessions, the tasks it started. */
  mine?: boolean | null
}

/** Where a role is bound: everywhere, in a zone, in a domain and all below it, in an account. */
export type Scope =
  | { kind: 'platform' }
  | { kind: 'zone'; zone: string }
  | { kind: 'domain'; domain: string; path: string }
  | { kind: 'account'; account: string }

/** A role bound to a caller. */
export interface Grant {
  /** Null for what needs no binding. */
  binding: string | null
  role: { id: string | null; name: string }
  scope: Scope
  statements: readonly Statement[]
}

/** What a caller may do while acting in one account. */
export interface Access {
  grants: readonly Grant[]
  /** Grants in accounts that the caller does not act in now; they give nothing until it does. */
  elsewhere: readonly Grant[]
  /** Paths of domains that have few accounts: their rows are looked for another way. */
  small?: readonly string[]
  /** The part of the platform's power that the user has, where duties are separated. */
  part?: Part
  /** Domains that the account is in, outermost first: what is shared with one of them is shared with the account. */
  domains: readonly string[]
}

/** Parts of the platform's power that nobody has two of while duties are separated. */
export const PARTS = ['sysadmin', 'secadmin', 'secauditor'] as const
export type Part = (typeof PARTS)[number]

/** Does `vm.*` name `vm.start`? */
export function names(pattern: string, permission: string): boolean {
  if (pattern === '*' || pattern === permission) return true
  const [kind, action] = pattern.split('.')
  const [ofKind, ofAction] = permission.split('.')
  return (kind === '*' || kind === ofKind) && (action === '*' || action === ofAction)
}

/** Whether the statement is about the permission, whatever its conditions. */
export const isAbout = ({ actions, except }: Statement, permission: string): boolean =>
  actions.some((pattern) => names(pattern, permission)) && !except?.some((pattern) => names(pattern, permission))

/** Whether it holds for everything where it is bound. */
export const isUnconditional = ({ resources, zones, mine }: Statement): boolean => !resources && !zones && !mine

/** The path of these domains, outermost first: `/<id>/<id>/`. */
export const domainPath = (domains: readonly string[]): string => ['', ...domains, ''].join('/')

/** Domains of such a path. */
export const domainsOf = (path: string): string[] => path.split('/').filter(Boolean)
