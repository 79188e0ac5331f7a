/** A command line that is not understood, as people read it: what, what was probably meant, where help is. */
import type { CommanderError } from 'commander'
import type { Catalogue } from '../catalogue.ts'
import { kebab } from '../words.ts'

/** `get vm` of other tools is `vm get` here. */
function turned(argv: readonly string[], catalogue: Catalogue | undefined): string | undefined {
  const [verb = '', noun = '', ...rest] = argv
  const kind = catalogue?.byWord(noun)
  const isVerb = ['list', 'get', ...(kind?.actions ?? []).map(({ name }) => kebab(name))].includes(verb)
  return kind && isVerb ? `basalt ${[kebab(kind.kind), verb, ...rest].join(' ')}` : undefined
}

/** `error: unknown option '--filterr'\n(Did you mean --filter?)\n\nSee: …` → sentences. */
export function usageText(error: CommanderError, argv: readonly string[], catalogue: Catalogue | undefined): string {
  const [first = '', ...rest] = error.message.split('\n').filter(Boolean)
  const mistake = first.replace(/^error: /, '').replace(/'([^']*)'/g, '"$1"')
  const meant = rest.find((line) => line.startsWith('(Did you mean'))?.slice(1, -1)
  const other = error.code === 'commander.unknownCommand' ? turned(argv, catalogue) : undefined
  const see = rest.find((line) => line.startsWith('See: '))
  const more = rest.filter((line) => line !== see && !line.startsWith('(Did you mean'))
  const sentence = `Error: ${mistake.charAt(0).toUpperCase()}${mistake.slice(1).replace(/[^.?]$/, '$&.')}`
  return [sentence, ...more, other ? `Did you mean: ${other}` : (meant ?? ''), see ?? ''].filter(Boolean).join('\n')
}
