/** Environments for tests. */
export { type CloudEnvironment, type CloudSpec, cloud, type Furniture, type Who } from './cloud.ts'
export { type Answer, type Call, type Http, httpClient } from './http.ts'
export { buildNodeProgram, type NodeProcess, nodeProcess } from './node-process.ts'
export type { TestNode } from './nodes.ts'
export { freePort, listenOnFreePort } from './ports.ts'
export { scratchDatabase } from './postgres.ts'
export { findings, reconcile } from './reconcile.ts'
export { until } from './wait.ts'
