/** What the input of an action may ask for, over a connection and a terminal. */
import type { KindField } from '@basalt/resource'
import type { Cloud } from '@basalt/sdk'
import type { Context } from '../../context.ts'
import type { InputDeps } from '../../input/options.ts'
import type { References, Row } from '../../input/references.ts'
import { readAll } from '../../terminal.ts'

export function inputDeps(context: Context, cloud: Cloud, references: References): InputDeps {
  const { terminal, profiles, catalogue } = context
  return {
    resolve: references.id,
    inZone: references.inZone,
    kindNamed: (word) => catalogue.byWord(word)?.kind ?? word,
    readInput: () => readAll(terminal.in),
    async defaultZone() {
      const named = profiles.get()?.zone
      const kind = catalogue.kind('zone')
      if (named) return references.id('zone', named)
      if (!kind) return undefined
      const { items } = await cloud.http.list<Row>(kind.path, { limit: 2 })
      return items.length === 1 ? items[0]?.id : undefined
    },
    async askSecret(field: KindField) {
      if (!terminal.interactive) return undefined
      return terminal.askSecret(`${field.title}: `)
    },
  }
}
