/** Deleting what others are in: what goes with it is shown before, and what forbids it; what was shown is what goes. */
import { useQuery } from '@tanstack/react-query'
import { Alert, Skeleton } from 'antd'
import { problemOf } from '../api/problem.ts'
import type { Deletion, Kind, KindAction, Row } from '../api/types.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi, useKinds } from '../data/context.tsx'
import { inSentence, words } from '../format/words.ts'
import { t } from '../text/index.ts'
import { Confirmation } from './confirmation.tsx'

interface Props {
  kind: Kind
  action: KindAction
  row: Row
  onClose(): void
}

/** Names of one kind that are told before it is said that there are more. */
const NAMED = 5

export function DeletionConfirmation({ kind, action, row, onClose }: Props) {
  const api = useApi()
  const { data, error } = useQuery({
    queryKey: ['deletion', kind.kind, row.id],
    queryFn: ({ signal }) => api.deletion(kind, row.id, signal),
    // What was agreed to a while ago may be something else by now.
    gcTime: 0,
    staleTime: 0,
  })
  const isAlone = data?.items.filter(({ how }) => how === 'deleted').length === 1
  if (data?.possible && isAlone) return <Confirmation action={action} row={row} onClose={onClose} />
  const whole: KindAction = {
    ...action,
    doc: data?.possible ? t('deletion.doc') : '',
    method: 'POST',
    path: `${action.path}/deletion`,
    long: true,
  }
  return (
    <Confirmation
      action={whole}
      row={row}
      onClose={onClose}
      input={{ agreed: data?.fingerprint }}
      blocked={!data?.possible}
    >
      {error ? <ProblemAlert problem={problemOf(error)} /> : data ? <Shown preview={data} /> : <Skeleton active />}
    </Confirmation>
  )
}

function Shown({ preview }: { preview: Deletion }) {
  const { forbids, hidden, counts } = preview
  return (
    <>
      {(forbids.length > 0 || hidden > 0) && <Forbidden preview={preview} />}
      <p className="deletion-head">{t(preview.possible ? 'deletion.goes' : 'deletion.wouldGo')}</p>
      <table className="deletion">
        <tbody>
          {counts.map(({ kind, count }) => (
            <Going key={kind} kind={kind} count={count} preview={preview} />
          ))}
        </tbody>
      </table>
    </>
  )
}

function Going({ kind: name, count, preview }: { kind: string; count: number; preview: Deletion }) {
  const kind = useKinds().byName.get(name)
  const names = preview.items.filter((item) => item.kind === name).slice(0, NAMED)
  const title = inSentence(count === 1 ? (kind?.title ?? words(name)) : words(kind?.plural ?? name))
  return (
    <tr>
      <th scope="row">
        {count} {title}
      </th>
      <td className="muted">
        {names.map((item) => item.name).join(', ')}
        {count > NAMED && t('deletion.more', { count: String(count - NAMED) })}
      </td>
    </tr>
  )
}

function Forbidden({ preview: { forbids, hidden } }: { preview: Deletion }) {
  return (
    <Alert
      type="error"
      showIcon
      title={t('deletion.forbidden')}
      description={
        <ul className="deletion-reasons">
          {forbids.map(({ kind, id, code, message, remedy }) => (
            <li key={`${kind} ${id} ${code}`}>
              {message} {remedy}
            </li>
          ))}
          {hidden > 0 && <li>{t('deletion.hidden', { count: String(hidden) })}</li>}
        </ul>
      }
    />
  )
}
