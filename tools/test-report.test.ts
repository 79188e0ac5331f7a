import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { idsOf } from './test-report.ts'
import { ROOT } from './tree.ts'

test('row ids stand in square brackets, one or several', () => {
  expect(idsOf('[vm.create] [img.cache] a VM is created')).toEqual(['vm.create', 'img.cache'])
  expect(idsOf('[vm.create, core.mn-ha] one')).toEqual(['vm.create', 'core.mn-ha'])
  expect(idsOf('suite [l2.vlan] > [l2.vlan] twice')).toEqual(['l2.vlan'])
  expect(idsOf('a list [1, 2] and a.b without brackets')).toEqual([])
})

test('no row is in the catalogue twice', () => {
  const areas: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(join(ROOT, 'docs', 'catalogue.json'), 'utf8'),
  )
  const ids = Object.values(areas).flatMap((rows) => Object.keys(rows))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => idsOf(`[${id}]`).length === 0)).toEqual([])
})
