/** The log of a node: it knows which fields of which kinds are secret. */
import { createLog as createPlainLog, type Log, type LogOptions } from '@basalt/observe'
import { allResources } from './resources.ts'

/** Fields of any kind whose values never pass into a log. */
const secretFields = (): Set<string> =>
  new Set(
    allResources.flatMap(({ fields, actions }) =>
      [fields, ...Object.values(actions).map(({ input }) => input)].flatMap((specs) =>
        Object.entries(specs)
          .filter(([, { secret, sealed }]) => secret || sealed)
          .map(([name]) => name),
      ),
    ),
  )

export const createLog = (options: Omit<LogOptions, 'secretNames'> = {}): Log =>
  createPlainLog({ ...options, secretNames: secretFields() })
