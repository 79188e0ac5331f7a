import { expect, test } from 'vitest'
import { hostSpecs, validateChassisId, validateLabPlace } from './validate.ts'

test('a number of hosts becomes names', () => {
  expect(hostSpecs(2, '/srv/lab')).toEqual([{ name: 'host1' }, { name: 'host2' }])
})

test.each(['', 'A', '1a', 'a/b', '../x', 'a b', 'central', 'fabric', 'external', 'cache', 'x'.repeat(32), 'a;b'])(
  '"%s" is no name',
  (name) => {
    expect(() => validateLabPlace(name, '/srv')).toThrow(expect.objectContaining({ code: 'LAB_NAME_INVALID' }))
    expect(() => hostSpecs([{ name }], '/srv/lab')).toThrow(expect.objectContaining({ code: 'LAB_NAME_INVALID' }))
  },
)

test('a chassis id cannot smuggle in other settings', () => {
  expect(() => validateChassisId('a" other="b')).toThrow()
  validateChassisId('3f1c9a52-7c6e-4e55-9a50-8a4c5f0a1b2d')
})

test('two hosts of one name, too many or a broken number are refused', () => {
  expect(() => hostSpecs([{ name: 'a' }, { name: 'a' }], '/srv')).toThrow(/Two hosts/)
  expect(() => hostSpecs(100, '/srv')).toThrow(/at most 99/)
  expect(() => hostSpecs(Number.NaN, '/srv')).toThrow(/number of hosts/)
})

test('a lab does not live where its hosts have their own directories, nor where sockets do not fit', () => {
  for (const place of ['/run/lab', '/var/log', '/var/lib/libvirt/images']) {
    expect(() => validateLabPlace('a', place)).toThrow(expect.objectContaining({ code: 'LAB_STATE_DIR_INVALID' }))
  }
  validateLabPlace('a', '/var/lib/basalt/lab')
  expect(() => hostSpecs(1, `/srv/${'x'.repeat(90)}`)).toThrow(
    expect.objectContaining({ code: 'LAB_STATE_DIR_INVALID' }),
  )
})
