/** Applies the import law to every source file of the tree. */
import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { IMPORT_LAW, type ImportRule, TEST_FILES } from './import-law.ts'
import { sourceFiles, type Workspace, workspaces } from './tree.ts'

/** An import that breaks the law. */
export interface Violation {
  file: string
  line: number
  specifier: string
  rule: string
  remedy: string
}

const IMPORT =
  /^[ \t]*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*(['"])([^'"\n]+)\1|\bimport\(\s*(['"])([^'"\n]+)\3\s*\)/gm
const COMMENT = /\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm

/** An import as written. */
export interface Import {
  specifier: string
  /** Of its last line, from 1. */
  line: number
  /** `import type` or `export type`: gone when it runs. */
  typeOnly: boolean
}

/** Every import of a source text. Comments do not count. */
export function importsOf(text: string): Import[] {
  const bare = text.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ' '))
  return [...bare.matchAll(IMPORT)].map((match) => ({
    specifier: (match[2] ?? match[4]) as string,
    line: bare.slice(0, match.index + match[0].length).split('\n').length,
    typeOnly: /^\s*(import|export) type\b/.test(match[0]),
  }))
}

/** Where an import leads: a path of the repository, `node:...` or `npm:...`. */
export function targetOf(file: string, specifier: string, known: readonly Workspace[]): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier)
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`
  const owner = known.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`))
  if (!owner) return `npm:${specifier}`
  const entry = owner.exports[`.${specifier.slice(owner.name.length)}`]
  return posix.join(owner.directory, entry ?? specifier.slice(owner.name.length + 1))
}

function breaks(rule: ImportRule, file: string, target: string, typeOnly: boolean): boolean {
  if (!rule.files.test(file) || rule.except?.test(file)) return false
  if (typeOnly && rule.types?.test(target)) return false
  return Boolean((rule.only && !rule.only.test(target)) || rule.never?.test(target))
}

/** Violations of one file. */
export function violationsOf(file: string, text: string, known: readonly Workspace[]): Violation[] {
  const test = TEST_FILES.test(file)
  const home = known.find(({ directory }) => file.startsWith(`${directory}/`))
  return importsOf(text).flatMap(({ specifier, line, typeOnly }) => {
    const target = targetOf(file, specifier, known)
    const found = (test ? [] : IMPORT_LAW).filter((rule) => breaks(rule, file, target, typeOnly))
    const violations = found.map(({ name, remedy }) => ({ file, line, specifier, rule: name, remedy }))
    if (!test && specifier.startsWith('.') && home && !target.startsWith(`${home.directory}/`))
      violations.push({
        file,
        line,
        specifier,
        rule: 'workspaces meet by name',
        remedy:
          'Import the other workspace by its package name; what its index or module.ts does not export is private.',
      })
    const stranger = known.find(({ name }) => specifier.startsWith(`${name}/`))
    if (stranger && !stranger.exports[`.${specifier.slice(stranger.name.length)}`])
      violations.push({
        file,
        line,
        specifier,
        rule: 'only what is exported',
        remedy: `Use an entry of "exports" in ${stranger.directory}/package.json, or add one there.`,
      })
    return violations
  })
}

/** All violations in the tree, by file. */
export function checkImports(root: string): Violation[] {
  const known = workspaces(root)
  return sourceFiles(root).flatMap((file) => violationsOf(file, readFileSync(posix.join(root, file), 'utf8'), known))
}
