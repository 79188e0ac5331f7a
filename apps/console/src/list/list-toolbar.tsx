import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Select, Tooltip } from 'antd'
import { useState } from 'react'
import type { Kind } from '../api/types.ts'
import type { useList } from '../data/resources.ts'
import { heading, inSentence, words } from '../format/words.ts'
import { creationOf } from '../kind/actions.ts'
import { statesOf } from '../kind/states.ts'
import { t } from '../text/index.ts'
import { CsvMenu } from './csv-menu.tsx'
import { QueryBox } from './query-box.tsx'

function countText(kind: Kind, count: number, more: boolean): string {
  const kinds = inSentence(heading(kind.plural))
  if (more) return t('list.count.more', { count, kinds })
  return count === 1 ? t('list.count.one', { kind: inSentence(kind.title) }) : t('list.count.many', { count, kinds })
}

interface Props {
  kind: Kind
  list: ReturnType<typeof useList>
  found: number
  /** The query is refused. */
  wrong: boolean
  onCreate(): void
}

export function ListToolbar({ kind, list, found, wrong, onCreate }: Props) {
  const { q, state, recycled } = useSearch({ from: '/loggedIn/shell/$collection' })
  const navigate = useNavigate({ from: '/$collection' })
  const [text, setText] = useState(q ?? '')
  const set = (part: { q?: string; state?: string; recycled?: string }): void =>
    void navigate({ to: '.', search: (current) => ({ ...current, ...part }), replace: true })
  const states = statesOf(kind)
  const create = t('action.create', { kind: inSentence(kind.title) })
  return (
    <div className="toolbar">
      <h1>{heading(kind.plural)}</h1>
      <QueryBox
        kind={kind}
        text={text}
        wrong={wrong}
        onChange={(next) => {
          setText(next)
          set({ q: next || undefined })
        }}
      />
      {states.length > 0 && (
        <Select
          className="state-filter"
          allowClear
          placeholder={t('list.state')}
          aria-label={t('list.stateLabel')}
          value={state}
          onChange={(value?: string) => set({ state: value })}
          options={states.map((value) => ({ value, label: words(value) }))}
        />
      )}
      {kind.recycles && (
        <Tooltip title={t('list.recycleBin')}>
          <Button
            icon={<DeleteOutlined />}
            type={recycled ? 'primary' : 'default'}
            aria-label={t('list.recycleBin')}
            aria-pressed={recycled !== undefined}
            onClick={() => set({ recycled: recycled ? undefined : 'true', state: undefined })}
          />
        </Tooltip>
      )}
      <span className="muted count" role="status">
        {list.isFetched && countText(kind, found, list.hasNextPage && !q)}
      </span>
      <CsvMenu kind={kind} />
      {creationOf(kind) && (
        <Tooltip title={creationOf(kind)?.doc} placement="left">
          <Button type="primary" icon={<PlusOutlined />} onClick={onCreate}>
            {create}
          </Button>
        </Tooltip>
      )}
    </div>
  )
}
