// Generated from the resource definitions; `npm run generate` writes it anew: the migrations of this folder, in order.
import type { Migration } from '@basalt/plugin'
import * as m0001 from './0001-initial.ts'

export const migrations: readonly Migration[] = [
  { name: '0001-initial', ...m0001 },
]
