import type { Operation } from '../operations.ts'

/**
 * For the unit that gives a resource to another account: tags of the former owner go, those of the platform stay. The statement looks
 * at the account that the resource has by then.
 */
export const dropForeignTags = (kind: string, id: string): Operation => ({ op: 'tag', kind, id })
