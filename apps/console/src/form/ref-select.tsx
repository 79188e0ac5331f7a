/** Choosing a resource of another kind. */
import { Link } from '@tanstack/react-router'
import { Form, Select } from 'antd'
import { useEffect, useState } from 'react'
import type { Kind, Row } from '../api/types.ts'
import { collectionOf, useKinds } from '../data/context.tsx'
import { nameOf, useList } from '../data/resources.ts'
import { inSentence, words } from '../format/words.ts'
import { creationOf } from '../kind/actions.ts'
import { isUsable } from '../kind/states.ts'
import { summaryOf } from '../kind/summary.ts'
import { t } from '../text/index.ts'

interface Props {
  id?: string
  value?: string | null
  onChange?(id: string | undefined): void
  kind: string
  required: boolean
}

interface Option {
  value: string
  label: string
  summary: string
  disabled: boolean
}

function optionOf(kind: Kind, row: Row): Option {
  const disabled = !isUsable(kind, row.state)
  const name = nameOf(row)
  return {
    value: row.id,
    label: disabled ? t('form.notUsable', { name, state: words(row.state ?? '') }) : name,
    summary: summaryOf(kind, row),
    disabled,
  }
}

/** The only one there is needs no choosing. */
function usePreselection({ value, onChange, required }: Props, options: readonly Option[], complete: boolean): void {
  const usable = options.filter(({ disabled }) => !disabled)
  const only = complete && usable.length === 1 ? usable[0]?.value : undefined
  useEffect(() => {
    if (required && !value && only) onChange?.(only)
  }, [required, value, only, onChange])
}

export function RefSelect(props: Props) {
  const { id, value, onChange, required } = props
  const kind = useKinds().byName.get(props.kind)
  const zone: unknown = Form.useWatch('zone')
  const list = useList(kind)
  const [text, setText] = useState('')
  const { hasNextPage, isFetching, fetchNextPage } = list
  useEffect(() => {
    if (text && hasNextPage && !isFetching) void fetchNextPage()
  }, [text, hasNextPage, isFetching, fetchNextPage])
  // What is in another zone cannot be used from here.
  const reachable = list.rows.filter((row) => kind?.locality !== 'zone' || !zone || row.zone === zone)
  const options = kind ? reachable.map((row) => optionOf(kind, row)) : []
  usePreselection(props, options, list.isFetched && !hasNextPage)
  if (!kind) return null
  return (
    <Select<string, Option>
      id={id}
      value={value ?? undefined}
      onChange={onChange}
      allowClear={!required}
      loading={list.isLoading}
      placeholder={t('form.choose')}
      showSearch={{
        onSearch: setText,
        filterOption: (input, option) =>
          `${option?.label} ${option?.summary} ${option?.value}`.toLowerCase().includes(input.trim().toLowerCase()),
      }}
      options={options}
      labelRender={({ label, value: chosen }) => (
        <>
          {label} <span className="muted">{options.find((option) => option.value === chosen)?.summary}</span>
        </>
      )}
      optionRender={({ data }) => (
        <span className="option">
          <span>{data.label}</span>
          <span className="muted">{data.summary}</span>
        </span>
      )}
      notFoundContent={list.isFetched && options.length === 0 && <NoneYet kind={kind} />}
    />
  )
}

function NoneYet({ kind }: { kind: Kind }) {
  return (
    <span>
      {t('form.none', { kind: inSentence(kind.title) })}{' '}
      {creationOf(kind) && (
        <Link to="/$collection" params={{ collection: collectionOf(kind) }} search={{ form: 'create' }}>
          {t('form.noneCreate')}
        </Link>
      )}
    </span>
  )
}
