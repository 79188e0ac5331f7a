export { PostgresError, type PostgresErrorCode } from './errors.ts'
export { resolveDatabase } from './resolve.ts'
export { createScratchDatabase, type ScratchDatabase } from './scratch.ts'
export { type Database, type StartPostgresOptions, startPostgres } from './start.ts'
