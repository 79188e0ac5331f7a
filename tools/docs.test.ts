import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesBelow, ROOT } from './tree.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const pages = [...readdirSync(ROOT), ...filesBelow(ROOT, 'docs')].filter((file) => file.endsWith('.md'))

/** `a/{b,c}.ts` → `a/b.ts`, `a/c.ts`. */
function expand(path: string): string[] {
  const match = /^(.*)\{([^}]*)\}(.*)$/.exec(path)
  return match ? (match[2] ?? '').split(',').map((part) => `${match[1]}${part}${match[3]}`) : [path]
}

const named = (text: string): string[] =>
  [...text.matchAll(/`((?:apps|packages|modules|drivers|images|plugins|tests|tools|docs)\/[\w./{},-]+)`/g)]
    .flatMap(([, path]) => expand(path as string))
    // The example of docs/how-to/add-a-resource.md is not in the tree.
    .filter((path) => !path.includes('ssh-key'))

describe.each(pages)('%s', (page) => {
  test('links lead somewhere', () => {
    const links = [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link as string)
    const local = links.filter((link) => !/^[a-z]+:/.test(link))
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([])
  })

  test('what it shows of plugins is what they say', () => {
    const shown = [...read(page).matchAll(/^```ts\n\/\/ (plugins\/\S+)\n([\s\S]*?)^```$/gm)]
    const wrong = shown.filter(([, path, text]) => !read(path as string).includes(text as string))
    expect(wrong.map(([, path]) => path)).toEqual([])
  })

  test('files it names exist', () => {
    expect(named(read(page)).filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

test.each(['docs/PROMISES.md', 'docs/security/threat-model.md'])(
  'the tests that %s names have the titles it says',
  (page) => {
    const claims = [...read(page).matchAll(/`([\w./-]+\.test\.ts)` "([^"]+)"/g)]
    expect(claims.length).toBeGreaterThan(3)
    const wrong = claims.filter(([, file, title]) => !read(file as string).includes(title as string))
    expect(wrong.map(([claim]) => claim)).toEqual([])
  },
)
