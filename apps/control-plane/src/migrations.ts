/** Migrations, in order. */
export { migrations } from '../migrations/index.ts'
