/** One action on several resources: asks, sends one request, shows the result of each. */
import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import type { BulkAnswer } from '../api/bulk.ts'
import { type ApiProblem, problemOf } from '../api/problem.ts'
import type { Kind, KindAction, Row } from '../api/types.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi } from '../data/context.tsx'
import { nameOf } from '../data/resources.ts'
import { heading, inSentence } from '../format/words.ts'
import { isRemoving, labelOf } from '../kind/actions.ts'
import { t } from '../text/index.ts'
import { FieldItem } from './field-item.tsx'
import { Results } from './results.tsx'
import { RevealedValues } from './revealed.tsx'
import { bodyOf, initialValues, type Values } from './values.ts'

interface Props {
  kind: Kind
  action: KindAction
  rows: readonly Row[]
  /** @param left ids that stay selected, when something was done */
  onClose(left?: string[]): void
}

const NAMED = 8

function useBulk(kind: Kind, action: KindAction, rows: readonly Row[]) {
  const api = useApi()
  const [answer, setAnswer] = useState<BulkAnswer | null>(null)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [pending, setPending] = useState(false)
  // The same key for each attempt: what an answer that got lost tells of is not done again.
  const [key] = useState(() => crypto.randomUUID())
  async function send(input: Values): Promise<void> {
    setPending(true)
    setProblem(null)
    try {
      setAnswer(await api.bulk(kind, { action: action.name, ids: rows.map(({ id }) => id), input }, key))
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setPending(false)
    }
  }
  return { answer, problem, pending, send }
}

/** Names of the first, and how many more. */
function Named({ rows }: { rows: readonly Row[] }) {
  const more = rows.length - NAMED
  return (
    <p>
      {rows.slice(0, NAMED).map(nameOf).join(', ')}
      {more > 0 && ` ${t('bulk.andMore', { count: more })}`}
    </p>
  )
}

function Answer({ action, rows, answer }: { action: KindAction; rows: readonly Row[]; answer: BulkAnswer }) {
  const label = (id: string): string => nameOf(rows.find((row) => row.id === id) ?? { id })
  const shown = answer.items.flatMap(({ id, resource }) =>
    resource
      ? (action.reveals ?? []).map(({ name, title }) => ({
          title: `${label(id)}: ${title}`,
          value: String(resource[name]),
        }))
      : [],
  )
  return (
    <>
      <p role="status">{t('bulk.counts', { accepted: answer.counts.accepted, total: answer.counts.total })}</p>
      <Results
        heading={t('bulk.name')}
        results={answer.items.map((item) => ({ ...item, key: item.id, label: label(item.id) }))}
      />
      {shown.length > 0 && <RevealedValues values={shown} />}
    </>
  )
}

export function BulkDialog({ kind, action, rows, onClose }: Props) {
  const { answer, problem, pending, send } = useBulk(kind, action, rows)
  const [form] = Form.useForm<Values>()
  const [typed, setTyped] = useState('')
  const count = rows.length
  const noun = count === 1 ? inSentence(kind.title) : inSentence(heading(kind.plural))
  const typing = isRemoving(action)
  const ready = !typing || typed.trim() === String(count)
  // What may be given with a deletion is for programs, as with a single one.
  const fields = typing ? [] : action.input
  const close = (): void =>
    onClose(answer ? answer.items.filter((item) => item.problem).map(({ id }) => id) : undefined)
  const submit = (): void => {
    if (ready) form.submit()
  }
  const footer = answer ? (
    <Button type="primary" onClick={close}>
      {t('bulk.close')}
    </Button>
  ) : (
    <>
      <Button onClick={close}>{t('action.cancel')}</Button>
      <Button type="primary" danger={action.danger} disabled={!ready} loading={pending} onClick={submit}>
        {labelOf(action)}
      </Button>
    </>
  )
  return (
    <Modal
      open
      title={t('bulk.title', { action: labelOf(action), count, kinds: noun })}
      width={640}
      footer={footer}
      onCancel={close}
    >
      {answer ? (
        <Answer action={action} rows={rows} answer={answer} />
      ) : (
        <>
          <p className="muted">{action.doc}</p>
          <Named rows={rows} />
          {problem && <ProblemAlert problem={problem} details={problem.errors.map(({ message }) => message)} />}
          <Form<Values>
            form={form}
            layout="vertical"
            requiredMark="optional"
            initialValues={initialValues(action)}
            onFinish={(values) => void send(bodyOf({ ...action, input: fields }, values))}
          >
            {fields.map((field) => (
              <FieldItem key={field.name} field={field} path={[field.name]} />
            ))}
          </Form>
          {typing && (
            <>
              <p id="bulk-hint" className="muted">
                {t('bulk.typeCount', { count })}
              </p>
              <Input
                autoFocus
                aria-labelledby="bulk-hint"
                value={typed}
                onChange={({ target }) => setTyped(target.value)}
                onPressEnter={submit}
              />
            </>
          )}
        </>
      )}
    </Modal>
  )
}
