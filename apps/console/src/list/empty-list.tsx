/** A list without resources: says what the kind is for, what has to be there first, and leads the way. */
import { CheckCircleFilled, LoadingOutlined, PlusOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import type { Kind } from '../api/types.ts'
import { collectionOf, useKinds } from '../data/context.tsx'
import { useList } from '../data/resources.ts'
import { heading, inSentence } from '../format/words.ts'
import { creationOf } from '../kind/actions.ts'
import { prerequisitesOf } from '../kind/prerequisites.ts'
import { isReady } from '../kind/states.ts'
import { hasText, t } from '../text/index.ts'

type Readiness = 'ready' | 'working' | 'missing'

function useReadiness(kind: Kind): Readiness {
  const { rows } = useList(kind)
  if (rows.some(({ state }) => isReady(kind, state))) return 'ready'
  return rows.some(({ state }) => state && !kind.failedStates.includes(state)) ? 'working' : 'missing'
}

interface StepProps {
  kind: Kind
  number: number
  readiness: Readiness
  /** Collection to come back to. */
  next: string
}

function Step({ kind, number, readiness, next }: StepProps) {
  const leadKey = `empty.lead.${kind.kind}`
  // What is not ready when it is made has more to be done on its own page.
  const back = isReady(kind, creationOf(kind)?.to) ? next : undefined
  return (
    <li className={`step ${readiness}`}>
      <span className="step-mark">
        {readiness === 'ready' ? <CheckCircleFilled /> : readiness === 'working' ? <LoadingOutlined spin /> : number}
      </span>
      <div>
        <strong>{kind.title}</strong>
        <p className="muted">{readiness === 'missing' && hasText(leadKey) ? t(leadKey) : kind.doc}</p>
      </div>
      {readiness === 'ready' && <span className="muted">{t('empty.ready')}</span>}
      {readiness === 'working' && (
        <Link to="/$collection" params={{ collection: collectionOf(kind) }}>
          {t('empty.working')}
        </Link>
      )}
      {readiness === 'missing' && creationOf(kind) && (
        <Link to="/$collection" params={{ collection: collectionOf(kind) }} search={{ form: 'create', next: back }}>
          <Button>{t('action.create', { kind: inSentence(kind.title) })}</Button>
        </Link>
      )}
      {readiness === 'missing' && !creationOf(kind) && <span className="muted">{t('empty.askOperator')}</span>}
    </li>
  )
}

interface StepsProps {
  needed: readonly Kind[]
  at: number
  next: string
  /** Called with whether everything is there, to draw what comes after the steps. */
  end(ready: boolean): ReactNode
  ready?: boolean
}

/** One step and those after it: each asks for its own kind, the last knows whether all are there. */
function Steps({ needed, at, next, end, ready = true }: StepsProps): ReactNode {
  const kind = needed[at]
  return kind ? <StepAndRest kind={kind} needed={needed} at={at} next={next} end={end} ready={ready} /> : end(ready)
}

function StepAndRest({ kind, ...steps }: StepsProps & { kind: Kind }) {
  const readiness = useReadiness(kind)
  return (
    <>
      <Step kind={kind} number={steps.at + 1} readiness={readiness} next={steps.next} />
      <Steps {...steps} at={steps.at + 1} ready={Boolean(steps.ready) && readiness === 'ready'} />
    </>
  )
}

export function EmptyList({ kind, onCreate }: { kind: Kind; onCreate: () => void }) {
  const needed = prerequisitesOf(kind, useKinds().byName)
  const leadKey = `empty.lead.${kind.kind}`
  const create = (ready: boolean) => (
    <li className="step-last">
      <Button type="primary" size="large" icon={<PlusOutlined />} disabled={!ready} onClick={onCreate}>
        {t('action.create', { kind: inSentence(kind.title) })}
      </Button>
    </li>
  )
  return (
    <div className="empty">
      <h2 className="empty-title">{t('empty.title', { kinds: inSentence(heading(kind.plural)) })}</h2>
      <p>{hasText(leadKey) ? t(leadKey) : kind.doc}</p>
      {!creationOf(kind) && <p className="muted">{t('empty.nothingToDo')}</p>}
      {creationOf(kind) && needed.length > 0 && (
        <p className="muted">{t('empty.steps', { kind: inSentence(kind.title) })}</p>
      )}
      {creationOf(kind) && (
        <ol className={needed.length > 0 ? 'steps' : undefined}>
          <Steps needed={needed} at={0} next={collectionOf(kind)} end={create} />
        </ol>
      )}
    </div>
  )
}
