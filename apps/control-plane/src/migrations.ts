/** Migrations, in order. */
import type { Migration } from '@basalt/kernel'
import { sql as initial } from '../migrations/0001-initial.ts'

export const migrations: readonly Migration[] = [{ name: '0001-initial', sql: initial }]
