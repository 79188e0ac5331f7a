/** What plugins are written against. Types, and the vocabulary of definitions; what else a plugin needs at run time comes to it by its context. */
export type { EventObserver, Migration, Notice, Notifier } from '@basalt/kernel'
export { defineResource, defineSetting, f, type Resource } from '@basalt/resource'
export * from './contract.ts'
export * from './faults.ts'
export * from './placement.ts'
