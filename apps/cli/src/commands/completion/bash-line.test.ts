import { expect, test } from 'vitest'
import { bashReply, readBashLine } from './bash-line.ts'

const reply = (line: string, candidate: string): string => bashReply(candidate, readBashLine(line))

test('[api.cli] the words of a bash line, without their quotes', () => {
  expect(readBashLine('basalt vm  get "a b" c\\ d ').words).toEqual(['vm', 'get', 'a b', 'c d', ''])
  expect(readBashLine("basalt x 'it''s").words).toEqual(['x', 'its'])
  expect(readBashLine('basalt ').words).toEqual([''])
  expect(readBashLine('basalt vm get ""').words).toEqual(['vm', 'get', ''])
})

test('[api.cli] an answer stands in place of what bash takes for the word', () => {
  expect(reply('basalt vm li', 'list')).toBe('list')
  expect(reply('basalt vm list --output=j', '--output=json')).toBe('json')
  expect(reply('basalt vm list --filter tags:a=b', 'tags:a=bc')).toBe('bc')
  expect(reply('basalt vm get a', 'a b$')).toBe('a\\ b\\$')
  expect(reply('basalt vm get "a', 'a "b" $')).toBe('a \\"b\\" \\$')
  expect(reply("basalt vm get 'a", "a'b")).toBe("a'\\''b")
  expect(reply('basalt vm list -q "state = ru', 'state = running')).toBe('state = running')
})
