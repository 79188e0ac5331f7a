/** A command as one might type it, made of what the action takes. */
import type { Kind, KindAction, KindField } from '@basalt/resource'
import { kebab, optionName, singular } from '../words.ts'
import { operandsOf } from './operands.ts'
import { nameOf } from './options.ts'
import { mainMember } from './values.ts'

/** Values that look like what a type takes. */
const SAMPLES: Readonly<Partial<Record<KindField['type'], string>>> = {
  boolean: 'true',
  bytes: '10GiB',
  cidr: '10.0.0.0/24',
  ipv4: '10.0.0.5',
  mac: '52:54:00:12:34:56',
  path: '/srv/basalt',
  url: 'https://example.com/file',
  timestamp: '2026-01-31T12:00:00Z',
  uuid: 'ID',
  json: '8',
}

function numberOf({ unit, minimum = 1, default: byDefault }: KindField): string {
  return unit === 'ms' ? '90s' : String(byDefault ?? Math.max(1, minimum))
}

function sampleOf(field: KindField): string {
  if (field.type === 'list' && field.items) return sampleOf({ ...field.items, name: singular(field.name) })
  if (field.type === 'object') {
    const main = mainMember(field)
    return main
      ? sampleOf(main)
      : (field.fields ?? [])
          .filter((each) => !each.optional)
          .map((each) => `${optionName(each)}=${sampleOf(each)}`)
          .join(',')
  }
  if (field.type === 'ref') return (field.kind ? kebab(field.kind) : 'name').toUpperCase()
  if (field.type === 'integer') return numberOf(field)
  return field.values?.[0] ?? SAMPLES[field.type] ?? kebab(field.name).toUpperCase()
}

/** The zone is found by itself, and secrets are asked for. */
const isTyped = (field: KindField): boolean => !field.optional && !field.secret && field.kind !== 'zone'

/** What one has to give; of a change, the first thing that can be. */
function shown({ input, method }: KindAction): KindField[] {
  const needed = input.filter(isTyped)
  return method === 'PATCH' && needed.length === 0 ? input.slice(0, 1) : needed
}

/** `basalt vm create web --offering OFFERING --image IMAGE --network NETWORK --wait`; words in capitals are names of yours. */
export function exampleOf(kind: Kind, action: KindAction): string {
  const word = kebab(kind.kind)
  const operands = operandsOf(action)
  const isNamed = action.name === 'create' && action.input.some(({ name }) => name === 'name')
  const options = shown(action)
    .filter((field) => !operands.includes(field) && !(isNamed && field.name === 'name'))
    .map((field) => (field.type === 'boolean' ? `--${nameOf(field)}` : `--${nameOf(field)} ${sampleOf(field)}`))
  const resource = action.name === 'create' ? (isNamed ? ['NAME'] : []) : [word.toUpperCase()]
  const given = operands.filter(isTyped).map(sampleOf)
  const wait = action.long ? ['--wait'] : []
  return ['basalt', word, kebab(action.name), ...resource, ...given, ...options, ...wait].join(' ')
}
