/** The derived screen of a kind: filters, table, and beside it the detail of the chosen resource. */
import { Outlet, useMatch, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { Kind } from '../api/types.ts'
import { NotFound } from '../app/messages.tsx'
import { useKinds } from '../data/context.tsx'
import { ActionDialog } from '../form/action-dialog.tsx'
import { heading } from '../format/words.ts'
import { creationOf } from '../kind/actions.ts'
import { BulkBar } from './bulk-bar.tsx'
import { EmptyList } from './empty-list.tsx'
import { ListTable } from './list-table.tsx'
import { ListToolbar } from './list-toolbar.tsx'
import { useNameFilter } from './name-filter.ts'
import { useQueriedList } from './queried-list.ts'
import { QueryProblem } from './query-problem.tsx'

function KindList({ kind }: { kind: Kind }) {
  const search = useSearch({ from: '/loggedIn/shell/$collection' })
  const { id } = useParams({ strict: false })
  const navigate = useNavigate({ from: '/$collection' })
  const { state, recycled } = search
  const filter = { ...(state ? { state } : {}), ...(recycled ? { recycled } : {}) }
  const { list, words, refused } = useQueriedList(kind, filter, search.q)
  // The pane is there at once when a row is opened.
  useEffect(() => void import('../detail/detail-pane.tsx'), [])
  const found = useNameFilter(list, words)
  const creation = creationOf(kind)
  const [chosen, setChosen] = useState<readonly string[]>([])
  // What is gone, or not shown any more, is not selected any more.
  const rows = useMemo(() => found.rows.filter((row) => chosen.includes(row.id)), [found.rows, chosen])
  const filtered = Boolean(search.q || state || recycled)
  const empty = list.isFetched && !list.error && list.rows.length === 0 && !filtered
  const openForm = (form: string | undefined) =>
    void navigate({ to: '.', search: (current) => ({ ...current, form }), replace: form === undefined })

  return (
    <div className={id ? 'list-page with-detail' : 'list-page'}>
      <section className="list" aria-label={heading(kind.plural)}>
        <ListToolbar
          kind={kind}
          list={list}
          found={found.rows.length}
          wrong={refused !== undefined}
          onCreate={() => openForm('create')}
        />
        {refused && <QueryProblem {...refused} />}
        {/* Also when nothing is left: its results are still to be read. */}
        <BulkBar kind={kind} rows={rows} onSelect={setChosen} />
        {empty ? (
          <EmptyList kind={kind} onCreate={() => openForm('create')} />
        ) : (
          <ListTable
            kind={kind}
            list={list}
            rows={found.rows}
            searching={found.searching}
            selected={id}
            chosen={rows}
            onChoose={setChosen}
          />
        )}
      </section>
      <Outlet />
      {creation && search.form === 'create' && !id && (
        <ActionDialog kind={kind} action={creation} onClose={() => openForm(undefined)} />
      )}
    </div>
  )
}

export function ListPage() {
  const { collection } = useMatch({ from: '/loggedIn/shell/$collection' }).params
  const kind = useKinds().byCollection.get(collection)
  return kind ? <KindList key={kind.kind} kind={kind} /> : <NotFound />
}
