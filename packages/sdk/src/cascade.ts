/** What the API answers about deletions with what a resource has, and about what is around it. */

/** A resource that would go. */
export interface DeletionItem {
  kind: string
  id: string
  name: string
  /** By its own delete, as a part of another that is deleted, or with the row of another. */
  how: 'deleted' | 'carried' | 'vanishes'
}

/** Why a resource cannot go. */
export interface DeletionReason {
  kind: string
  id: string
  name: string
  code: string
  message: string
  remedy: string | null
}

/** What would go with a resource, and what forbids that. */
export interface Deletion {
  kind: string
  id: string
  name: string
  /** It could be deleted now, with what it has. */
  possible: boolean
  /** Changes when something else would go. */
  fingerprint: string
  /** How many would go, as far as you can see. */
  total: number
  counts: { kind: string; count: number }[]
  /** In the order in which they go. */
  items: DeletionItem[]
  forbids: DeletionReason[]
  /** How many more that you cannot see forbid it. */
  hidden: number
  /** There is more than is listed. */
  truncated: boolean
}

export interface DeleteAllInput {
  /** Fingerprint of the preview that was agreed to: refused when something else would go. */
  agreed?: string
}

/** A resource and what is around it. */
export interface Topology {
  nodes: { kind: string; id: string; name: string; state: string | null }[]
  /** References: `from` refers to `to` by its field. */
  edges: { from: string; to: string; fromKind: string; toKind: string; field: string }[]
  truncated: boolean
}
