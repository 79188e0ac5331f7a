/** What `basalt wait` takes: a kind, names of it, and what may become of them. */
import type { Command } from 'commander'
import { type Asked, type Candidate, completes, kindWords, namesOf } from './offers.ts'

function conditions({ context: { catalogue }, before, current }: Asked): Candidate[] {
  const fields = catalogue.byWord(before[0] ?? '')?.fields ?? []
  const name = current.includes('=') ? current.slice(0, current.indexOf('=')) : undefined
  const field = fields.find((each) => each.name === name)
  if (field) return (field.values ?? []).map((word) => ({ word: `${name}=${word}` }))
  return [{ word: 'deleted' }, ...fields.map(({ name: word, doc }) => ({ word: `${word}=`, doc }))]
}

export function completeWait(command: Command): void {
  const [kind, names] = command.registeredArguments
  if (kind) completes(kind, kindWords)
  if (names)
    completes(names, (asked) => {
      const found = asked.context.catalogue.byWord(asked.before[0] ?? '')
      return found ? namesOf(found)(asked) : []
    })
  for (const option of command.options) if (option.long === '--for') completes(option, conditions)
}
