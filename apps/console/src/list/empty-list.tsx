/** A list without resources: says what the kind is for, what has to be there first, and leads the way. */
import { CheckCircleFilled, LoadingOutlined, PlusOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Kind } from '../api/types.ts'
import { collectionOf, useKinds } from '../data/context.tsx'
import { useList } from '../data/resources.ts'
import { heading, inSentence } from '../format/words.ts'
import { creationOf } from '../kind/actions.ts'
import { prerequisitesOf } from '../kind/prerequisites.ts'
import { isUsable } from '../kind/states.ts'
import { hasText, t } from '../text/index.ts'

type Readiness = 'ready' | 'working' | 'missing'

function useReadiness(kind: Kind): Readiness {
  const { rows } = useList(kind)
  if (rows.some(({ state }) => isUsable(kind, state))) return 'ready'
  return rows.some(({ state }) => state && !kind.failedStates.includes(state)) ? 'working' : 'missing'
}

function Step({ kind, number }: { kind: Kind; number: number }) {
  const readiness = useReadiness(kind)
  const leadKey = `empty.lead.${kind.kind}`
  return (
    <li className={`step ${readiness}`}>
      <span className="step-mark">
        {readiness === 'ready' ? <CheckCircleFilled /> : readiness === 'working' ? <LoadingOutlined spin /> : number}
      </span>
      <div>
        <strong>{kind.title}</strong>
        <p className="muted">
          {kind.doc} {readiness === 'missing' && hasText(leadKey) && t(leadKey)}
        </p>
      </div>
      {readiness === 'ready' && <span className="muted">{t('empty.ready')}</span>}
      {readiness === 'working' && <span className="muted">{t('empty.working')}</span>}
      {readiness === 'missing' && creationOf(kind) && (
        <Link to="/$collection" params={{ collection: collectionOf(kind) }} search={{ form: 'create' }}>
          <Button>{t('action.create', { kind: inSentence(kind.title) })}</Button>
        </Link>
      )}
      {readiness === 'missing' && !creationOf(kind) && <span className="muted">{t('empty.askOperator')}</span>}
    </li>
  )
}

export function EmptyList({ kind, onCreate }: { kind: Kind; onCreate: () => void }) {
  const kinds = useKinds()
  const needed = prerequisitesOf(kind, kinds.byName)
  const leadKey = `empty.lead.${kind.kind}`
  return (
    <div className="empty">
      <h2 className="empty-title">{t('empty.title', { kinds: inSentence(heading(kind.plural)) })}</h2>
      <p>{kind.doc}</p>
      {hasText(leadKey) && <p>{t(leadKey)}</p>}
      {!creationOf(kind) && <p className="muted">{t('empty.nothingToDo')}</p>}
      {creationOf(kind) && needed.length > 0 && (
        <>
          <p className="muted">{t('empty.steps', { kind: inSentence(kind.title) })}</p>
          <ol className="steps">
            {needed.map((each, index) => (
              <Step key={each.kind} kind={each} number={index + 1} />
            ))}
          </ol>
        </>
      )}
      {creationOf(kind) && (
        <Button type="primary" size="large" icon={<PlusOutlined />} onClick={onCreate}>
          {t('action.create', { kind: inSentence(kind.title) })}
        </Button>
      )}
    </div>
  )
}
