/** Fields as words: `publicKey:text:immutable`, `size:bytes`, `host:ref=host:optional`, `colour:choice=red,blue`. */
import { isUuid } from '@basalt/resource'

/** Type to a value that a test gives a field of it. */
const SAMPLES: Record<string, unknown> = {
  text: 'anything',
  boolean: true,
  integer: 7,
  bytes: 1_073_741_824,
  uuid: '5f0c6a52-8c7c-4a7e-9d0c-7f3c2d1b0a96',
  ipv4: '192.0.2.10',
  cidr: '192.0.2.0/24',
  mac: '02:00:00:00:00:01',
  url: 'https://example.org/',
  path: '/srv/anything',
  timestamp: '2030-01-01T00:00:00.000Z',
  json: { any: 'thing' },
}

/** Types that say more after `=`. */
const WITH_ARGUMENT = ['ref', 'choice', 'list']
const FLAGS = ['optional', 'immutable', 'secret', 'sealed', 'indexed', 'unique']
/** A test takes these from what the test kit furnishes. */
const FURNISHED = ['zone', 'fabric', 'cluster', 'storageClass', 'imageStore', 'image', 'offering', 'network']
/** Every kind has these, or its ownership and locality bring them. */
const GIVEN = 'id name description createdAt updatedAt version cause account zone tags operatorTags'.split(' ')

export interface NewField {
  name: string
  /** The call that makes it, e.g. `f.text({ immutable: true })`. */
  source: string
  flags: ReadonlySet<string>
  /** Source of a value for a test; absent where the test leaves the field out. */
  sample?: string
}

/** A mistake in the words, with what to do about it. */
export class WordError extends Error {}

const refuse = (field: string, what: string, remedy: string): never => {
  throw new WordError(`${field}: ${what}. ${remedy}`)
}

const quoted = (value: unknown): string =>
  typeof value === 'string'
    ? `'${value}'`
    : JSON.stringify(value)
        .replace(/"(\w+)":/g, ' $1: ')
        .replaceAll('"', "'")

/** What stands before the options in the call, and a sample. */
function typed(name: string, word: string): { call: string; before: string; sample?: string } {
  const [type = '', argument = ''] = word.split('=', 2)
  const known = [...Object.keys(SAMPLES), ...WITH_ARGUMENT]
  if (!known.includes(type)) refuse(name, `there is no type "${type}"`, `Types: ${known.join(', ')}.`)
  if (WITH_ARGUMENT.includes(type) !== Boolean(argument))
    refuse(
      name,
      `"${word}" is not complete`,
      'Write ref=<kind>, choice=<one>,<other>, list=<type>; other types stand alone.',
    )
  if (type === 'ref')
    return {
      call: 'ref',
      before: quoted(argument),
      ...(FURNISHED.includes(argument) ? { sample: `env.furniture.${argument}` } : {}),
    }
  if (type === 'choice') {
    const values = argument.split(',')
    return { call: 'choice', before: `[${values.map(quoted).join(', ')}]`, sample: quoted(values[0]) }
  }
  if (type === 'list') {
    if (!(argument in SAMPLES))
      refuse(name, `there is no list of "${argument}"`, `Types: ${Object.keys(SAMPLES).join(', ')}.`)
    return { call: 'list', before: `f.${argument}()`, sample: `[${quoted(SAMPLES[argument])}]` }
  }
  return { call: type, before: '', sample: quoted(SAMPLES[type]) }
}

/** @throws WordError that names the field, what is wrong, and what can be written */
export function parseField(word: string): NewField {
  const [name = '', type = 'text', ...flags] = word.split(':')
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    refuse(`"${name}"`, 'is no name for a field', 'Names are camelCase: publicKey.')
  if (GIVEN.includes(name) || isUuid(name)) refuse(name, 'every kind has it, or gets it by --locality', 'Leave it out.')
  for (const flag of flags)
    if (!FLAGS.includes(flag)) refuse(name, `there is no flag "${flag}"`, `Flags: ${FLAGS.join(', ')}.`)
  const { call, before, sample } = typed(name, type)
  const isOptional = flags.includes('optional')
  if (sample === undefined && !isOptional)
    refuse(
      name,
      'a test cannot make what it refers to by itself',
      `Make it optional for now; furnished kinds: ${FURNISHED.join(', ')}.`,
    )
  // A sealed field is one that never leaves the server, too.
  const options = [...new Set(flags.flatMap((flag) => (flag === 'sealed' ? ['secret', 'sealed'] : [flag])))].filter(
    (flag) => !['indexed', 'unique'].includes(flag),
  )
  const after = options.length > 0 ? `{ ${options.map((flag) => `${flag}: true`).join(', ')} }` : ''
  const source = `f.${call}(${[before, after].filter(Boolean).join(', ')})`
  return { name, source, flags: new Set([...flags, ...options]), ...(sample === undefined ? {} : { sample }) }
}
