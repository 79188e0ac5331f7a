import { expect, test } from 'vitest'
import { importsOf, targetOf, violationsOf } from './check-imports.ts'
import type { Workspace } from './tree.ts'

const known: Workspace[] = [
  { name: '@basalt/resource', directory: 'packages/resource', exports: { '.': './src/index.ts' } },
  { name: '@basalt/kernel', directory: 'packages/kernel', exports: { '.': './src/index.ts' } },
  { name: '@basalt/network', directory: 'modules/network', exports: { '.': './module.ts' } },
  { name: '@basalt/compute', directory: 'modules/compute', exports: { '.': './module.ts' } },
  { name: '@basalt/network-ovn', directory: 'drivers/network-ovn', exports: { './control': './control/driver.ts' } },
]

const rulesBroken = (file: string, text: string) => violationsOf(file, text, known).map(({ rule }) => rule)

test('imports are found in every form, with their line, comments left out', () => {
  const text = [
    "import a from 'a'",
    "import {\n  type B,\n  c,\n} from './b.ts'",
    "export * from './c.ts'",
    "export type { D } from '@basalt/d'",
    "import './effect.ts'",
    "// import no from 'comment'",
    "/* import no from 'comment' */",
    "const e = await import('./e.ts')",
    'const text = "import no from \'./string.ts\'"',
  ].join('\n')
  expect(importsOf(text)).toEqual([
    { specifier: 'a', line: 1, typeOnly: false },
    { specifier: './b.ts', line: 5, typeOnly: false },
    { specifier: './c.ts', line: 6, typeOnly: false },
    { specifier: '@basalt/d', line: 7, typeOnly: true },
    { specifier: './effect.ts', line: 8, typeOnly: false },
    { specifier: './e.ts', line: 11, typeOnly: false },
  ])
})

test('a target is a path of the repository, a built-in or a registry package', () => {
  const from = 'modules/compute/vm/vm.actions.ts'
  expect(targetOf(from, '../module.ts', known)).toBe('modules/compute/module.ts')
  expect(targetOf(from, '@basalt/network-ovn/control', known)).toBe('drivers/network-ovn/control/driver.ts')
  expect(targetOf(from, 'fs', known)).toBe('node:fs')
  expect(targetOf(from, 'zod', known)).toBe('npm:zod')
})

test('a definition imports the vocabulary of definitions and nothing else', () => {
  const file = 'modules/compute/vm/vm.resource.ts'
  expect(rulesBroken(file, "import { defineResource } from '@basalt/resource'")).toEqual([])
  expect(rulesBroken(file, "import type { Vm } from './vm.deps.ts'")).toEqual(['definitions stand alone'])
})

test('modules meet by package name', () => {
  const file = 'modules/compute/vm/vm.actions.ts'
  expect(rulesBroken(file, "import { nics } from '@basalt/network'")).toEqual([])
  expect(rulesBroken(file, "import { nics } from '../../network/nic/nics.ts'")).toEqual(['workspaces meet by name'])
  expect(rulesBroken(file, "import { nics } from '@basalt/network/nic/nics.ts'")).toEqual(['only what is exported'])
  expect(rulesBroken(file, "import { ovn } from '@basalt/network-ovn/control'")).toEqual([
    'modules know no driver and no app',
  ])
})

test('the console is a client of the API', () => {
  const file = 'apps/console/src/main.tsx'
  expect(rulesBroken(file, "import { createKernel } from '@basalt/kernel'")).toEqual(['the console knows the API only'])
  expect(rulesBroken(file, "import type { Kind } from '@basalt/resource'")).toEqual([])
  expect(rulesBroken(file, "import { kindOf } from '@basalt/resource'")).toEqual(['the console knows the API only'])
  expect(rulesBroken(file, "import { App } from './app.tsx'\nimport 'antd'")).toEqual([])
})

test('tests may put anything together', () => {
  expect(rulesBroken('modules/compute/vm/vm.test.ts', "import { ovn } from '@basalt/network-ovn/control'")).toEqual([])
})
