/** Resources by name or id. */

import type { Kind } from '@basalt/resource'
import { similar } from '@basalt/resource/similar'
import { type Cloud, collect } from '@basalt/sdk'
import { type Catalogue, fieldOf, spoken } from '../catalogue.ts'
import { CliError, EXIT } from '../errors.ts'
import { kebab } from '../words.ts'

export type Row = Record<string, unknown> & { id: string; name?: string }

/** Where a name is looked for; in the recycle bin first, for what is done with things there. */
export type Place = 'bin' | 'list'

export interface References {
  /** The id; a UUID is taken as it is. */
  id(kind: string, text: string): Promise<string>
  /** The resource itself. */
  row(kind: Kind, text: string, place?: Place): Promise<Row>
  /** Look only in this zone from now on, where a kind belongs to one. */
  inZone(zone: string): void
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isUuid = (text: string): boolean => UUID.test(text)

/** As many candidates as an error lists. */
const MOST_CANDIDATES = 10

/** Fields that people call a resource by: its name, and its first column where that is a text (a user's `username`). */
export function namingFields(kind: Kind): string[] {
  const first = kind.columns[0]
  const isText = first !== undefined && fieldOf(kind, first)?.type === 'text'
  return [...new Set(['name', ...(isText ? [first] : [])])]
}

/** What people call it: the first column where it is a text, else the name. */
export function labelOf(kind: Kind, row: Row): string {
  const field = namingFields(kind).at(-1) ?? 'name'
  return String(row[field] ?? row.name ?? row.id)
}

function describe(kind: Kind, row: Row): string {
  const facts = ['state', 'zone', 'account', 'createdAt'].flatMap((field) => (row[field] ? [String(row[field])] : []))
  return `  ${row.id}  ${labelOf(kind, row)}  ${facts.join('  ')}`
}

export function createReferences(cloud: Cloud, catalogue: Catalogue): References {
  const found = new Map<string, Promise<Row>>()
  let zone: string | undefined

  async function candidates(kind: Kind, text: string, place: Place): Promise<Row[]> {
    const scope = {
      ...(zone && kind.locality === 'zone' ? { zone } : {}),
      ...(place === 'bin' ? { recycled: true } : {}),
    }
    for (const field of namingFields(kind)) {
      const query = { ...scope, [field]: text, limit: MOST_CANDIDATES + 1 }
      const { items } = await cloud.http.list<Row>(kind.path, query)
      if (items.length > 0) return items
    }
    return place === 'bin' ? candidates(kind, text, 'list') : []
  }

  async function missing(kind: Kind, text: string): Promise<CliError> {
    const rows = await collect(cloud.http.list<Row>(kind.path, { limit: 100 }), 100)
    const names = rows.map((row) => labelOf(kind, row))
    const close = similar(text, names)
    const some = (close.length > 0 ? close : [...new Set(names)].slice(0, 5)).join(', ')
    const known = close.length > 0 ? `Did you mean: ${some}?` : `There is: ${some}.`
    const word = kebab(kind.kind)
    return new CliError('NOT_FOUND', `There is no ${spoken(kind)} named "${text}".`, {
      remedy: some ? `${known} See: basalt ${word} list` : `There is none yet. See: basalt ${word} --help`,
    })
  }

  function ambiguous(kind: Kind, text: string, rows: Row[]): CliError {
    const more = rows.length > MOST_CANDIDATES ? '\n  …' : ''
    const lines = rows.slice(0, MOST_CANDIDATES).map((row) => describe(kind, row))
    return new CliError(
      'AMBIGUOUS',
      `"${text}" is the name of more than one ${spoken(kind)}:\n${lines.join('\n')}${more}`,
      {
        remedy: 'Give the id of the one you mean.',
      },
    )
  }

  async function byName(kind: Kind, text: string, place: Place): Promise<Row> {
    const rows = await candidates(kind, text, place)
    const [row] = rows
    if (!row) throw await missing(kind, text)
    if (rows.length > 1) throw ambiguous(kind, text, rows)
    return row
  }

  function once(kind: Kind, text: string, place: Place = 'list'): Promise<Row> {
    const key = `${kind.kind} ${place} ${text}`
    const lookup = found.get(key) ?? byName(kind, text, place)
    found.set(key, lookup)
    return lookup
  }

  return {
    async id(name, text) {
      if (isUuid(text)) return text
      const kind = catalogue.kind(name)
      if (!kind)
        throw new CliError('NOT_FOUND', `You cannot list ${kebab(name)}s to find "${text}".`, {
          remedy: 'Give its id.',
          exitCode: EXIT.usage,
        })
      return (await once(kind, text)).id
    },
    row: (kind, text, place) =>
      isUuid(text) ? cloud.http.call<Row>('GET', `${kind.path}/${encodeURIComponent(text)}`) : once(kind, text, place),
    inZone(id) {
      zone = id
    },
  }
}
