/** What requests say, checked against their fields. */
import { type objectSchema, problemsOf } from '@basalt/resource'
import type { Row } from './database.ts'
import { invalid } from './problem.ts'

export type BodySchema = ReturnType<typeof objectSchema>

/** A body, which counts as empty when there is none. @throws Problem that names every field at fault */
export function checked(schema: BodySchema, body: unknown): Row {
  const parsed = schema.safeParse(body ?? {}, { reportInput: true })
  if (!parsed.success) throw invalid(problemsOf(parsed.error))
  return parsed.data
}

/** A schema is made once for each of what it is of: making it takes longer than checking with it. */
export function schemasOf<Of extends object>(make: (of: Of) => BodySchema): (of: Of) => BodySchema {
  const schemas = new WeakMap<Of, BodySchema>()
  return (of) => {
    const schema = schemas.get(of) ?? make(of)
    schemas.set(of, schema)
    return schema
  }
}
