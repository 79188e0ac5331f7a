/** What the options of `list` take: fields, their values, and queries. */
import type { Kind } from '@basalt/resource'
import { querySuggestions } from '@basalt/sdk/query-suggestions'
import type { Command } from 'commander'
import { fieldOf } from '../../catalogue.ts'
import { kebab, optionName } from '../../words.ts'
import { type Completer, completes, fieldList, namesOf, separated } from './offers.ts'

const query =
  (kind: Kind): Completer =>
  ({ context: { catalogue }, current }) => {
    const { from, items } = querySuggestions(catalogue.kinds, kind, current)
    const before = current.slice(0, from)
    return items.map(({ text, doc }) => ({ word: before + text, doc }))
  }

/** `state=` and then its values. */
const filter =
  (kind: Kind): Completer =>
  async (asked) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(asked.current) ?? []
    if (name === undefined) return kind.fields.map(({ name: word, doc }) => ({ word: `${word}=`, doc }))
    const field = fieldOf(kind, name) ?? kind.fields.find((each) => [kebab(each.name), optionName(each)].includes(name))
    const other = asked.context.catalogue.kind(field?.kind ?? '')
    const values = field?.type === 'boolean' ? ['true', 'false'] : (field?.values ?? [])
    const found = other
      ? await namesOf(other)({ ...asked, current: value ?? '' })
      : values.map((word) => ({ word, doc: '' }))
    return found.map(({ word, doc }) => ({ word: `${name}=${word}`, doc }))
  }

const columns = (kind: Kind): Completer =>
  separated(() => [{ word: 'all', doc: 'every field' }, ...kind.fields.map(({ name: word, doc }) => ({ word, doc }))])

export function completeList(command: Command, kind: Kind): void {
  const paths = fieldList(kind)
  const offers: Readonly<Record<string, Completer>> = {
    query: query(kind),
    filter: filter(kind),
    columns: columns(kind),
    ...Object.fromEntries(['sort', 'fields', 'groupBy', 'sum', 'min', 'max', 'avg'].map((name) => [name, paths])),
  }
  for (const option of command.options) {
    const completer = offers[option.attributeName()]
    if (completer) completes(option, completer)
  }
}
