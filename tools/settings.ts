/** The settings as a page: what there is, what it takes, what it does. */
import { rangeOf, type Setting } from '@basalt/resource'

/** A value as people write it, with its unit. */
const written = ({ field }: Setting, value: unknown): string =>
  `${typeof value === 'string' ? value || '(empty)' : JSON.stringify(value)}${field.unit ? ` ${field.unit}` : ''}`

/** A row a setting, as operators look them up. */
export function settings(all: readonly Setting[]): string {
  const rows = [...all]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((setting) => {
      const { name, field, overridableBy } = setting
      const own = overridableBy.map((kind) => `\`${kind}\``).join(', ')
      const cells = [
        `\`${name}\``,
        field.type,
        rangeOf(setting),
        written(setting, setting.default),
        own,
        field.doc ?? '',
      ]
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
    })
  return [
    '# Settings',
    '',
    'Generated from the definitions by `npm run generate`. They are changed while the platform runs, and count on every node at once:',
    '',
    '```sh',
    'basalt setting list',
    'basalt setting set retention.eventDays 60',
    'basalt setting override infrastructure.hostGraceMs cluster cluster1 60s',
    'basalt setting reset retention.eventDays',
    'basalt setting history retention.eventDays',
    'basalt setting-template create strict --values retention.auditDays=3650,retention.eventDays=90',
    'basalt setting-template preview strict',
    'basalt setting-template apply strict',
    '```',
    '',
    '"own value": resources of these kinds may have a value of their own; the nearest counts, in this order.',
    '',
    '| name | type | takes | default | own value | what it does |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
