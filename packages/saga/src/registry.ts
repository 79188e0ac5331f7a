import { randomUUID } from 'node:crypto'
import type { SagaDefinition } from './define.ts'
import { SagaError } from './errors.ts'

/** The sagas a node can run, by name and version; versions live side by side. `Deps` is what `bind` provides. */
export interface SagaRegistry<Deps> {
  /** @throws SagaError SAGA_DEFINITION_INVALID when name and version are taken by another saga, or it has no steps */
  register(saga: SagaDefinition<Deps>): void
  /**
   * The saga; the newest version when none is given.
   * @throws SagaError SAGA_UNKNOWN
   */
  get(name: string, version?: number): SagaDefinition<Deps>
  has(name: string, version?: number): boolean
  /** All sagas, by name, then version. */
  all(): SagaDefinition<Deps>[]
}

/** An empty registry. */
export function createSagaRegistry<Deps>(): SagaRegistry<Deps> {
  const byName = new Map<string, Map<number, SagaDefinition<Deps>>>()
  const find = (name: string, version?: number) => {
    const versions = byName.get(name)
    return versions?.get(version ?? Math.max(...versions.keys()))
  }
  return {
    register(saga) {
      const label = `${saga.name} version ${saga.version}`
      if (saga.steps.length === 0) throw new SagaError('SAGA_DEFINITION_INVALID', `${label} has no steps`)
      const versions = byName.get(saga.name) ?? new Map<number, SagaDefinition<Deps>>()
      const former = versions.get(saga.version)
      if (former && former !== saga) throw new SagaError('SAGA_DEFINITION_INVALID', `${label} is registered twice`)
      byName.set(saga.name, versions.set(saga.version, saga))
    },
    get(name, version) {
      const saga = find(name, version)
      if (saga) return saga
      throw new SagaError('SAGA_UNKNOWN', `saga ${name} version ${version ?? 'any'} is not registered on this node`, {
        remedy: 'Let a node of the version that started the run finish it.',
      })
    },
    has: (name, version) => find(name, version) !== undefined,
    all: () =>
      [...byName.values()]
        .flatMap((versions) => [...versions.values()])
        .sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1)),
  }
}

/** Fresh UUIDs for a run of the saga, to be journalled with it before the first step. */
export function chooseIds<Id extends string>(saga: { readonly ids: readonly Id[] }): { [K in Id]: string } {
  return Object.fromEntries(saga.ids.map((id) => [id, randomUUID()])) as { [K in Id]: string }
}
