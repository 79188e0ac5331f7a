// Generated from the resource definitions; `npm run generate` writes it anew: the migrations of this folder, in order.
import type { Migration } from '@basalt/kernel'
import * as m0001 from './0001-initial.ts'
import * as m0002 from './0002-expand.ts'

export const migrations: readonly Migration[] = [
  { name: '0001-initial', ...m0001 },
  { name: '0002-expand', ...m0002 },
]
