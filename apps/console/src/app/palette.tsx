/** Ctrl-K: jump to a page, begin an action, find a resource by its name. */
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Input, Modal } from 'antd'
import { type KeyboardEvent, useEffect, useState } from 'react'
import type { Kind } from '../api/types.ts'
import { collectionOf, useKinds } from '../data/context.tsx'
import type { Pages } from '../data/fold.ts'
import { useList } from '../data/resources.ts'
import { heading, inSentence } from '../format/words.ts'
import { creationOf } from '../kind/actions.ts'
import { groupKinds } from '../kind/groups.ts'
import { t } from '../text/index.ts'
import { type Entry, findEntries, resourceEntries } from './palette-entries.ts'

const MAX_SHOWN = 12

function pageEntries(kinds: readonly Kind[]): Entry[] {
  const pages = kinds.map(
    (kind): Entry => ({
      key: kind.kind,
      label: heading(kind.plural),
      hint: t('palette.page'),
      collection: collectionOf(kind),
    }),
  )
  const creations = kinds.filter(creationOf).map(
    (kind): Entry => ({
      key: `create ${kind.kind}`,
      label: t('action.create', { kind: inSentence(kind.title) }),
      hint: t('palette.action'),
      collection: collectionOf(kind),
      form: 'create',
    }),
  )
  return [...pages, ...creations]
}

/** Loads a kind's newest resources, so that they can be found. */
function Warm({ kind }: { kind: Kind }) {
  useList(kind)
  return null
}

function Palette({ onClose }: { onClose: () => void }) {
  const kinds = groupKinds(useKinds().all).flatMap((group) => group.kinds)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const pages = pageEntries(kinds)
  const loaded = kinds.flatMap((kind) => {
    const list = queries.getQueryData<Pages>(['list', kind.kind, {}])
    return list && kind.kind !== 'task' ? resourceEntries(kind, list) : []
  })
  const shown = findEntries([...pages, ...loaded], text).slice(0, MAX_SHOWN)

  function go(entry: Entry | undefined): void {
    if (!entry) return
    onClose()
    const search = entry.form ? { form: entry.form } : {}
    void (entry.id
      ? navigate({ to: '/$collection/$id', params: { collection: entry.collection, id: entry.id }, search })
      : navigate({ to: '/$collection', params: { collection: entry.collection }, search }))
  }

  function onKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') go(shown[at])
    if (!step) return
    event.preventDefault()
    setAt((at + step + shown.length) % Math.max(shown.length, 1))
  }

  return (
    <>
      {kinds
        .filter(({ kind }) => kind !== 'task' && kind !== 'session')
        .map((kind) => (
          <Warm key={kind.kind} kind={kind} />
        ))}
      <Input
        autoFocus
        size="large"
        value={text}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={`palette-${at}`}
        aria-label={t('palette.title')}
        placeholder={t('palette.placeholder')}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKey}
      />
      <div id="palette-list" role="listbox" className="palette-list">
        {shown.map((entry, index) => (
          <div
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="palette-entry"
            onMouseMove={() => setAt(index)}
            onClick={() => go(entry)}
            onKeyDown={onKey}
          >
            <span>{entry.label}</span>
            <span className="muted">{entry.hint}</span>
          </div>
        ))}
        {shown.length === 0 && <p className="muted palette-entry">{t('palette.none')}</p>}
      </div>
    </>
  )
}

/** The palette's dialog, and a function that opens it. */
export function usePalette() {
  const [shown, show] = useState(false)
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      show(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  const close = () => show(false)
  return {
    open: () => show(true),
    palette: (
      <Modal
        open={shown}
        onCancel={close}
        footer={null}
        closable={false}
        destroyOnHidden
        className="palette"
        width={560}
      >
        <Palette onClose={close} />
      </Modal>
    ),
  }
}
