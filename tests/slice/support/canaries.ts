/** Secrets that are planted, and what is found of them where they do not belong. */
import { randomBytes } from 'node:crypto'
import type { FieldSpec, Resource } from '@basalt/resource'
import { formsOf } from './dump.ts'

export interface Canaries {
  /** A secret nobody has seen yet. `about` says what it was used as. */
  plant(about: string): string
  /** One that fits a field of an input. */
  fitting(about: string, spec: FieldSpec): string
  /** Secrets that the platform itself made, wherever an answer shows one under a name that says so. */
  harvest(about: string, answer: unknown): void
  /** What of all this is in the text: `what in where`. */
  foundIn(where: string, text: string): string[]
  count(): number
}

const SECRET_NAME = /token|secret|ticket|password|privatekey|cookie/i
/** Shorter ones are no secrets. */
const SHORTEST = 12

export function createCanaries(): Canaries {
  const planted = new Map<string, string>()
  function plant(about: string): string {
    const secret = `canary${randomBytes(15).toString('base64url')}`
    planted.set(secret, about)
    return secret
  }
  function harvest(about: string, answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value !== 'string') harvest(about, value)
      else if (SECRET_NAME.test(name) && value.length >= SHORTEST && !/^\d{4}-/.test(value))
        planted.set(value, `${about}: ${name}`)
    }
  }
  return {
    plant,
    harvest,
    fitting(about, spec) {
      const secret = plant(about)
      if (spec.pattern && !spec.pattern.test(secret))
        throw new Error(`${about} takes no random text: teach the canaries its form (${spec.rule})`)
      return secret
    },
    foundIn: (where, text) =>
      [...planted].flatMap(([secret, about]) =>
        formsOf(secret).some((form) => text.includes(form)) ? [`${about} in ${where}`] : [],
      ),
    count: () => planted.size,
  }
}

/** Fields of an action's input that are secret. */
export const secretInputs = (resource: Resource, action: string): [string, FieldSpec][] =>
  Object.entries(resource.actions[action]?.input ?? {}).filter(([, { secret, sealed }]) => secret || sealed)
