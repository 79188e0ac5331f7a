/**
 * One suite per driver interface of `@basalt/contracts`, for every driver that implements it. A suite registers vitest tests
 * under the given name (which carries the catalogue rows that the driver proves) and knows nothing about any driver: what a
 * driver cannot show is left out of its subject, and the tests that need it are skipped with the reason.
 */
export { type HypervisorSubject, hypervisorContract } from './hypervisor.ts'
export { type NetworkSubject, networkContract } from './network.ts'
export { type PrimaryStorageSubject, primaryStorageContract } from './primary-storage.ts'
export { type Qcow2Fixture, qcow2Fixture } from './qcow2-fixture.ts'
export { type ContractCall, hostCall } from './support.ts'
