import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { collectModules, findKernel } from './kernel.ts'
import { parseDependencies, parsePackages, resolvePackages } from './packages.ts'

const directory = mkdtempSync(join(tmpdir(), 'packages-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test('dependencies are read with alternatives and pre-dependencies', () => {
  const text = 'agent\n  PreDepends: init-helpers\n |Depends: liba\n  Depends: libb\n  Depends: <virtual>\nliba\n'
  expect(parseDependencies(text)).toEqual(
    new Map([
      ['agent', ['init-helpers', 'liba', 'libb', '<virtual>']],
      ['liba', []],
    ]),
  )
})

test('packages are read from stanzas; those without hash are left out', () => {
  const text = 'Package: a\nVersion: 1:2-3\nSHA256: ff\n\nPackage: b\nVersion: 1\n'
  expect(parsePackages(text)).toEqual([{ name: 'a', version: '1:2-3', sha256: 'ff' }])
})

test('without package lists the remedy says how to get them', async () => {
  const aptConfig = join(directory, 'apt.conf')
  writeFileSync(aptConfig, `Dir "${directory}/none"; Dir::State::status "/dev/null"; Dir::Cache "${directory}";`)
  await expect(resolvePackages({ aptConfig })).rejects.toMatchObject({
    code: 'PACKAGE_UNAVAILABLE',
    remedy: expect.stringContaining('apt-get update'),
  })
})

/** A kernel tree with modules that carry only their dependencies, as the .modinfo section spells them. */
function kernelTree(release: string, place: string, modules: Record<string, string>): string {
  const root = join(directory, release)
  const modulesDirectory = join(root, place, release)
  mkdirSync(join(modulesDirectory, 'kernel/drivers'), { recursive: true })
  mkdirSync(join(root, 'boot'))
  writeFileSync(join(root, `boot/vmlinuz-${release}`), gzipSync('kernel'))
  writeFileSync(join(modulesDirectory, 'modules.builtin'), 'kernel/drivers/built-in.ko\n')
  for (const [name, depends] of Object.entries(modules)) {
    writeFileSync(join(modulesDirectory, `kernel/drivers/${name}.ko`), `license=GPL\0depends=${depends}\0name=x\0`)
  }
  return root
}

test.each(['lib/modules', 'usr/lib/modules'])('modules below %s come in loading order', async (place) => {
  const modules = { top: 'mid-dle,built_in', 'mid-dle': 'bottom', bottom: '', other: '' }
  const root = kernelTree(`6.0-${place.length}`, place, modules)
  const tree = await findKernel(root)
  const found = await collectModules(tree, { required: ['top', 'built-in'], optional: ['absent', 'bottom'] })
  expect(found.map(({ name }) => name)).toEqual(['bottom', 'mid_dle', 'top'])
  await expect(collectModules(tree, { required: ['absent'], optional: [] })).rejects.toMatchObject({
    code: 'PACKAGE_CONTENT',
  })
})
