/** The box above a list: words to look for in names, or a query; fields, operators and known values are suggested as one types. */
import { SearchOutlined } from '@ant-design/icons'
import { isQuery, querySuggestions } from '@basalt/sdk/query-suggestions'
import { AutoComplete, Input, type InputRef } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Kind } from '../api/types.ts'
import { useKinds } from '../data/context.tsx'
import { statesOf } from '../kind/states.ts'
import { t } from '../text/index.ts'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** "/" anywhere on the page leads to the box. */
function useSlash(input: React.RefObject<InputRef | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [input])
}

/** Whoever types an ordinary word is not bothered with operators behind it. */
const isCondition = (text: string): boolean => isQuery(text) || /^\s*[\p{L}\p{N}_.]+\s*$/u.test(text)

/** What could follow, as whole texts of the box. */
function useSuggestions(kind: Kind, text: string) {
  const { all } = useKinds()
  return useMemo(() => {
    if (text.trim() === '' || !isCondition(text)) return []
    const { from, items } = querySuggestions(all, kind, text)
    const before = text.slice(0, from)
    // A word that is complete suggests nothing but itself.
    const others = items.filter((item) => before + item.text !== text)
    return others.map((item) => ({
      value: `${before}${item.text} `,
      label: (
        <span className="suggestion">
          <code>{item.text}</code> <span className="muted">{item.doc}</span>
        </span>
      ),
    }))
  }, [all, kind, text])
}

/** A query that makes sense here. */
function exampleFor(kind: Kind): string {
  const [state] = statesOf(kind)
  return state ? `state = ${state}` : 'createdAt > -1d'
}

interface Props {
  kind: Kind
  text: string
  /** The query is refused: what is wrong is said below. */
  wrong: boolean
  onChange(text: string): void
}

export function QueryBox({ kind, text, wrong, onChange }: Props) {
  const input = useRef<InputRef>(null)
  useSlash(input)
  const suggestions = useSuggestions(kind, text)
  const [focused, setFocused] = useState(false)
  const [dismissed, setDismissed] = useState(false)
  const change = (next: string | undefined): void => {
    setDismissed(false)
    onChange(next ?? '')
  }
  return (
    <AutoComplete
      className="filter"
      value={text}
      options={suggestions}
      open={focused && !dismissed && suggestions.length > 0}
      defaultActiveFirstOption={false}
      popupMatchSelectWidth={460}
      onChange={change}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') setDismissed(true)
      }}
    >
      <Input
        ref={input}
        allowClear
        status={wrong ? 'error' : undefined}
        aria-invalid={wrong}
        aria-describedby={wrong ? 'query-problem' : undefined}
        prefix={<SearchOutlined />}
        suffix={text ? undefined : <kbd>/</kbd>}
        placeholder={t('list.filterHint', { example: exampleFor(kind) })}
        aria-label={t('list.filter')}
      />
    </AutoComplete>
  )
}
