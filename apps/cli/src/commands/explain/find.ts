/** Kinds, actions and fields by the words that people use; what is not there is refused with what is. */
import type { Kind, KindAction, KindField } from '@basalt/resource'
import { similar } from '@basalt/resource/similar'
import { actionOf, type Catalogue, spoken } from '../../catalogue.ts'
import { CliError, EXIT } from '../../errors.ts'
import { fieldAt } from '../../output/format.ts'
import { kebab, optionName } from '../../words.ts'

function missing(message: string, word: string, candidates: readonly string[]): CliError {
  const close = similar(word, candidates)
  const some = close.length > 0 ? close : candidates
  return new CliError('NOT_FOUND', message, {
    remedy: `${close.length > 0 ? 'Did you mean' : 'There is'}: ${some.join(', ')}${close.length > 0 ? '?' : '.'}`,
    exitCode: EXIT.usage,
  })
}

export function findKind({ kinds, byWord }: Catalogue, word: string): Kind {
  const kind = byWord(word)
  if (kind) return kind
  throw missing(
    `There is no kind "${word}".`,
    word,
    kinds.map((each) => kebab(each.kind)),
  )
}

const spellings = ({ name, type, unit }: KindField): string[] => [name, kebab(name), optionName({ name, type, unit })]

/** A field of the kind, of one that it refers to (`host.name`), or a member of an object (`cause.code`). */
export function findField(catalogue: Catalogue, kind: Kind, path: string): { kind: Kind; field: KindField } {
  const [first = '', ...rest] = path.split('.')
  const field = kind.fields.find((each) => spellings(each).includes(first))
  if (!field)
    throw missing(
      `A ${spoken(kind)} has no field "${first}".`,
      first,
      kind.fields.map(({ name }) => name),
    )
  if (rest.length === 0) return { kind, field }
  const target = catalogue.kind(field.kind ?? '')
  if (target) return findField(catalogue, target, rest.join('.'))
  const member = (field.items ?? field).fields?.find((each) => spellings(each).includes(rest[0] ?? ''))
  if (member) return { kind, field: { ...member, name: `${field.name}.${member.name}` } }
  return { kind, field: fieldAt(catalogue, kind, path) }
}

export const findAction = (kind: Kind, word: string): KindAction | undefined =>
  kind.actions.find((each) => kebab(each.name) === word) ?? actionOf(kind, word)

/** The second word after `explain`: an action, else a field. */
export function noSuchPart(kind: Kind, word: string): CliError {
  const actions = kind.actions.map(({ name }) => kebab(name))
  const fields = kind.fields.map(({ name }) => name)
  return missing(`A ${spoken(kind)} has no action or field "${word}".`, word, [...actions, ...fields])
}
