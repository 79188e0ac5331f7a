/** Where a kind stands in the navigation. A kind that no group names stands in "Other", so that a plugin's appears too. */
import type { Kind } from '../api/types.ts'
import type { TextKey } from '../text/index.ts'

export interface Group {
  label: TextKey
  kinds: Kind[]
}

const GROUPS: readonly [TextKey, readonly string[]][] = [
  ['nav.compute', ['vm', 'offering', 'image']],
  ['nav.network', ['network', 'nic']],
  ['nav.storage', ['volume', 'snapshot', 'storageClass']],
  [
    'nav.infrastructure',
    [
      'zone',
      'fabric',
      'cluster',
      'host',
      'storagePool',
      'poolMount',
      'imageStore',
      'cacheEntry',
      'layer',
      'reservation',
    ],
  ],
  [
    'nav.identity',
    [
      'domain',
      'account',
      'user',
      'group',
      'groupMember',
      'role',
      'roleBinding',
      'share',
      'session',
      'accessKey',
      'quota',
      'quotaLimit',
    ],
  ],
  ['nav.general', ['tag', 'setting', 'settingTemplate', 'settingOverride', 'settingChange']],
  ['nav.activity', ['task']],
]

/** The kinds in groups, each in its place; groups without kinds are left out. */
export function groupKinds(kinds: readonly Kind[]): Group[] {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]))
  const named = new Set(GROUPS.flatMap(([, names]) => names))
  const groups = GROUPS.map(
    ([label, names]): Group => ({
      label,
      kinds: names.flatMap((name) => byName.get(name) ?? []),
    }),
  )
  const activity = groups.pop() as Group
  const other: Group = { label: 'nav.other', kinds: kinds.filter(({ kind }) => !named.has(kind)) }
  return [...groups, other, activity].filter((group) => group.kinds.length > 0)
}
