/** A copy of the tree in which something can be tried: its own sources, and the dependencies of this one. */
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Outcome, run } from '../run.ts'
import { ROOT } from '../tree.ts'
import type { Step } from './steps.ts'

const NOT_COPIED = new Set(['node_modules', 'dist', '.state', '.git'])

/** Packages of the registry are shared; those of the repository are the copy's own. */
async function linkDependencies(from: string, to: string): Promise<void> {
  await mkdir(to)
  for (const name of await readdir(from)) {
    if (name !== '@basalt') await symlink(join(from, name), join(to, name))
  }
  await mkdir(join(to, '@basalt'))
  for (const name of await readdir(join(from, '@basalt')))
    await symlink(await readlink(join(from, '@basalt', name)), join(to, '@basalt', name))
}

export interface TreeCopy {
  directory: string
  /** Carry out one step of a guide. @throws Error with what the command said */
  perform(step: Step): Promise<void>
  run(command: string, args: readonly string[]): Promise<Outcome>
  remove(): Promise<void>
}

export async function copyTree(): Promise<TreeCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'tree-'))
  await cp(ROOT, directory, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) })
  await linkDependencies(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  const start = (command: string, args: readonly string[]): Promise<Outcome> => run(command, args, directory)

  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }

  return {
    directory,
    async perform(step) {
      if (step.do === 'write') return write(step.path, step.content)
      if (step.do === 'edit') {
        const current = await readFile(join(directory, step.path), 'utf8')
        if (current.split(step.before).length !== 2)
          throw new Error(`${step.path} has not, once, the lines:\n${step.before}`)
        return write(
          step.path,
          current.replace(step.before, () => step.after),
        )
      }
      // Commands of our own guides, as a reader would type them: words, and no data of anybody.
      const { code, output } = await start('bash', ['-c', step.command])
      if (code !== 0) throw new Error(`${step.command} ended with ${code}:\n${output}`)
    },
    run: start,
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
