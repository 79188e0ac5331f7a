/** Tags of the resource, with what the user may do about them. */
import { Select } from 'antd'
import type { Kind, Row } from '../api/types.ts'
import { useKinds, useSession } from '../data/context.tsx'
import { usePerform } from '../data/perform.tsx'
import { nameOf, useList } from '../data/resources.ts'
import { isOwn } from '../kind/actions.ts'
import { type ResourceTag, Tags, tagsOf } from '../kind/tags.tsx'
import { t } from '../text/index.ts'

/** Tags that the user may put on the resource: those of operators are theirs alone, those of a tenant stay in its account. */
function usable(row: Row, all: readonly Row[], operator: boolean): Row[] {
  const there = new Set(tagsOf(row).map(({ id }) => id))
  return all.filter((tag) => !there.has(tag.id) && (tag.type === 'admin' ? operator : tag.account === row.account))
}

export function TagEditor({ kind, row }: { kind: Kind; row: Row }) {
  const session = useSession()
  const tagKind = useKinds().byName.get('tag')
  const list = useList(tagKind)
  const perform = usePerform()
  const operator = Boolean(session?.operator)
  const may = tagKind !== undefined && (operator || (typeof row.account === 'string' && isOwn(row, session)))
  const change = (name: 'attach' | 'detach', id: string): void => {
    const action = tagKind?.actions.find((each) => each.name === name)
    if (action) perform.mutate({ action, id, input: { kind: kind.kind, resources: [row.id] } })
  }
  const remove = (tag: ResourceTag) =>
    may && (operator || tag.type === 'tenant') ? () => change('detach', tag.id) : undefined
  return (
    <span className="tag-editor">
      <Tags tags={tagsOf(row)} onRemove={remove} />
      {may && (
        <Select<string, { value: string; label: string; colour: string }>
          size="small"
          className="tag-add"
          value={null as unknown as string}
          placeholder={t('tag.add')}
          aria-label={t('tag.add')}
          loading={perform.isPending}
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: 'label' }}
          options={usable(row, list.rows, operator).map((tag) => ({
            value: tag.id,
            label: nameOf(tag),
            colour: String(tag.colour),
          }))}
          optionRender={({ data }) => (
            <Tags tags={[{ id: data.value, name: data.label, colour: data.colour, type: 'tenant' }]} />
          )}
          notFoundContent={t('tag.none')}
          onChange={(id) => change('attach', id)}
        />
      )}
    </span>
  )
}
