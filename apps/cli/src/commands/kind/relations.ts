/** `basalt <kind> relations NAME`: what it is in, what it uses, what is in it and what uses it, as a tree. */
import type { Kind } from '@basalt/resource'
import type { Topology } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../../context.ts'
import { usageError } from '../../errors.ts'
import { createReferences } from '../../input/references.ts'
import { toYaml } from '../../output/yaml.ts'
import { kebab } from '../../words.ts'
import { addGlobalOptions, type OutputOptions, outputOption } from '../common.ts'

type Node = Topology['nodes'][number]

const keyOf = ({ kind, id }: { kind: string; id: string }): string => `${kind}/${id}`
const lineOf = ({ kind, name, state }: Node): string =>
  `${kebab(kind).replaceAll('-', ' ')} "${name}"${state ? ` (${state})` : ''}`

/** Each node once, where it is nearest: `->` what the one above refers to, `<-` what refers to that. */
export function treeOf({ nodes, edges, truncated }: Topology): string {
  const [root] = nodes
  if (!root) return ''
  const byKey = new Map(nodes.map((node) => [keyOf(node), node]))
  const ends = edges.flatMap(({ from, fromKind, to, toKind }) => {
    const [source, target] = [keyOf({ kind: fromKind, id: from }), keyOf({ kind: toKind, id: to })]
    return [
      { at: source, other: target, arrow: '->' },
      { at: target, other: source, arrow: '<-' },
    ]
  })
  const children = new Map<string, { arrow: string; key: string }[]>()
  const seen = new Set([keyOf(root)])
  const queue = [keyOf(root)]
  for (let at = queue.shift(); at !== undefined; at = queue.shift())
    for (const { other, arrow } of ends.filter((end) => end.at === at)) {
      if (seen.has(other)) continue
      seen.add(other)
      queue.push(other)
      children.set(at, [...(children.get(at) ?? []), { arrow, key: other }])
    }
  const linesBelow = (key: string, indent: string): string[] =>
    (children.get(key) ?? []).flatMap(({ arrow, key: child }) => {
      const node = byKey.get(child)
      return node ? [`${indent}${arrow} ${lineOf(node)}`, ...linesBelow(child, `${indent}   `)] : []
    })
  const more = truncated ? ['There is more than is shown.'] : []
  return [lineOf(root), ...linesBelow(keyOf(root), '  '), ...more].join('\n')
}

export function addRelations(parent: Command, context: Context, kind: Kind): void {
  const command = parent
    .command('relations')
    .description('Show what it is in and uses (->), and what is in it and uses it (<-).')
    .argument(`<${kebab(kind.kind)}>`, 'Name or id.')
    .option('--depth <number>', 'How many references away, 1 to 5.', '1')
    .addOption(outputOption())
    .action(async (word: string, { depth, output }: OutputOptions & { depth: string }) => {
      if (!/^[1-5]$/.test(depth)) throw usageError(`--depth is 1 to 5, not "${depth}".`)
      const cloud = await context.cloud()
      const { id } = await createReferences(cloud, context.catalogue).row(kind, word)
      const found = await cloud.http.call<Topology>('GET', `${kind.path}/${id}/relations?depth=${depth}`)
      const text =
        output === 'json' ? JSON.stringify(found, null, 2) : output === 'yaml' ? toYaml(found) : treeOf(found)
      context.terminal.print(text)
    })
  addGlobalOptions(command)
}
