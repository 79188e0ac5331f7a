/**
 * What drivers and host agents implement, and the protocol the control plane and the agents speak.
 *
 * - `wire.ts`: messages of the control channel, fences, streams
 * - `host.ts`: what every agent tells about its host
 * - `hypervisor.ts`, `storage.ts`: host-side driver interfaces; each method is also a command on the wire
 * - `network.ts`: control-side driver interface of the virtual network
 * - `error-codes.ts`: the codes that drivers' errors carry
 * - `spec-problems.ts`: values that every driver refuses
 */
export * from './error-codes.ts'
export * from './host.ts'
export * from './hypervisor.ts'
export * from './network.ts'
export * from './spec-problems.ts'
export * from './storage.ts'
export * from './wire.ts'
