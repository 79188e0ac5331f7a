/** Puts a new slice into its module: an import each, a word in the list of kinds, a word in the list of slices. */
import { kebab } from '@basalt/resource'
import { WordError } from './fields.ts'
import { sliceName } from './templates.ts'

/** Index of the bracket that closes the one at `open`. */
function closing(source: string, open: number): number {
  let depth = 0
  for (let at = open; at < source.length; at++) {
    if ('[({'.includes(source[at] as string)) depth++
    if ('])}'.includes(source[at] as string) && --depth === 0) return at
  }
  return -1
}

function appended(source: string, list: RegExp, word: string, title: string): string {
  const match = list.exec(source)
  const end = match ? closing(source, match.index + match[0].length - 1) : -1
  if (!match || end < 0)
    throw new WordError(`module.ts has no ${title}. Add the kind by hand: ${word} in it, and its import.`)
  const before = source.slice(0, end).trimEnd()
  const comma = /[[,]$/.test(before) ? '' : ','
  return `${before}${comma} ${word}${source.slice(end)}`
}

/** The source of `module.ts` with the kind registered. @throws WordError when it is not as modules are */
export function registered(source: string, kind: string): string {
  const folder = kebab(kind)
  // Among its own files; the formatter puts them into order.
  const [neighbour] = /^import [^\n]* from '\.\/[^\n]*$/m.exec(source) ?? []
  if (!neighbour) throw new WordError('module.ts imports no slice. Add the kind by hand.')
  const imports = [
    `import { ${sliceName(kind)} } from './${folder}/${folder}.actions.ts'`,
    `import { ${kind} } from './${folder}/${folder}.resource.ts'`,
  ].join('\n')
  const withKind = appended(source, /^export const \w+Resources = \[/m, kind, 'list "export const …Resources = ["')
  const withSlice = appended(withKind, /\bslices: \[/, sliceName(kind), 'list "slices: ["')
  return withSlice.replace(neighbour, () => `${imports}\n${neighbour}`)
}
