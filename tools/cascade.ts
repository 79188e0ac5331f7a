/** `docs/cascade.md`: what becomes of each reference when the other end of it is deleted, for a review to see. */
import { cascades, type Fate, fateIn, isDeletable, type Resource, tiesTo } from '@basalt/resource'

const WORDS: Record<Fate | 'carried', string> = {
  keeps: 'keeps it',
  follows: 'goes before',
  vanishes: 'goes with its row',
  letsGo: 'stays',
  carried: 'is removed by its delete',
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function note(resource: Resource, fate: Fate): string {
  const carriers = Object.keys(resource.carriedBy)
  if (carriers.length > 0 && fate !== 'letsGo') return `goes with its ${carriers.join(' or ')}, or keeps it`
  if (fate === 'follows' && !isDeletable(resource))
    return 'has no delete of its own: keeps it, unless it goes with another row'
  return ''
}

/** A row for each reference, by the kind it leads to. */
export function cascade(resources: readonly Resource[]): string {
  const rows = resources.flatMap((target) =>
    tiesTo(target.kind, resources)
      .filter(({ resource, field, kindField }) => !kindField && !(resource === target && field === 'account'))
      .map(({ resource, field, fate }) =>
        row([
          `\`${target.kind}\``,
          `\`${resource.kind}.${field}\``,
          WORDS[fateIn(resource, field, target.kind)],
          note(resource, fate),
        ]),
      ),
  )
  const withMore = resources.filter((resource) => cascades(resource, resources)).map(({ kind }) => `\`${kind}\``)
  return [
    '# What goes with what',
    '',
    'Generated from the definitions by `npm run generate`. A plain delete is refused while something keeps the resource, or would go',
    'before it. Deleted with what it has (`GET` and `POST /v1/<kind>/{id}/deletion`), what "goes before" is deleted first, by its own',
    'delete and for good; what "keeps it" forbids that, unless it goes for another reason; "goes with its row" vanishes in the same',
    'moment, with a plain delete as well; "stays" keeps a reference that leads nowhere.',
    '',
    `Kinds that others go with: ${withMore.join(', ')}.`,
    '',
    row(['deleted', 'reference', 'what refers', 'but']),
    `|${'---|'.repeat(4)}`,
    ...rows,
    '',
  ].join('\n')
}
