/** The form of an action, derived from its input; refusals land at their fields. */
import { Collapse, Form, type FormInstance } from 'antd'
import { type ReactNode, useMemo, useState } from 'react'
import type { Outcome } from '../api/client.ts'
import { type ApiProblem, type FieldProblem, problemOf } from '../api/problem.ts'
import type { KindAction, KindField, Row } from '../api/types.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useKinds } from '../data/context.tsx'
import { usePerform } from '../data/perform.tsx'
import { concrete, namesKind } from '../kind/concrete.ts'
import { t } from '../text/index.ts'
import { FieldItem } from './field-item.tsx'
import { bodyOf, initialValues, pathOf, splitFields, type Values, withSubject } from './values.ts'

interface Props {
  form: FormInstance<Values>
  action: KindAction
  row?: Row
  /** Names of fields that something else on the form takes the place of. */
  hidden?: readonly string[]
  children?: ReactNode
  onPending(pending: boolean): void
  onDone(outcome: Outcome | null): void
}

function ErrorText({ message, remedy }: FieldProblem) {
  return (
    <span>
      {message}
      {remedy && <span className="remedy"> {remedy}</span>}
    </span>
  )
}

/** Puts each problem at its field; returns those that have none on this form. */
function place(problem: ApiProblem, action: KindAction, form: FormInstance<Values>): FieldProblem[] {
  const known = new Set(action.input.map(({ name }) => name))
  const [here, elsewhere] = [true, false].map((wanted) =>
    problem.errors.filter(({ field }) => known.has(field.split('.')[0] ?? '') === wanted),
  ) as [FieldProblem[], FieldProblem[]]
  form.setFields(
    here.map(({ field, message, remedy }) => ({
      name: pathOf(field) as never,
      // antd draws what it is given; its type only tells of text.
      errors: [
        (
          <ErrorText key={field} field={field} message={withSubject(action, field, message)} remedy={remedy} />
        ) as unknown as string,
      ],
    })),
  )
  const first = here[0]
  if (first) form.scrollToField(pathOf(first.field) as never, { block: 'center' })
  return elsewhere
}

/** The action with fields as they are for this resource; what names a kind is chosen from those there are. */
function useConcrete(action: KindAction, row: Row | undefined): KindAction {
  const kinds = useKinds().all
  return useMemo(() => {
    const values = kinds.map(({ kind }) => kind)
    const input = action.input.map((field) =>
      namesKind(field, action.input) ? { ...field, type: 'choice' as const, values } : concrete(field, row),
    )
    return { ...action, input }
  }, [action, row, kinds])
}

export function ActionForm({ form, action: given, row, hidden = [], children, onPending, onDone }: Props) {
  const action = useConcrete(given, row)
  const perform = usePerform({ quiet: true })
  const [refusal, setRefusal] = useState<{ problem: ApiProblem; elsewhere: FieldProblem[] } | null>(null)
  const [open, setOpen] = useState(false)
  const { main, more } = splitFields({ ...action, input: action.input.filter(({ name }) => !hidden.includes(name)) })
  const isMore = (name: unknown): boolean => more.some((field) => field.name === name)

  async function submit(values: Values): Promise<void> {
    const input = bodyOf(action, values, row)
    if (action.name === 'update' && Object.keys(input).length === 0) return onDone(null)
    setRefusal(null)
    form.setFields(form.getFieldsError().map(({ name }) => ({ name, errors: [] })))
    onPending(true)
    try {
      onDone(await perform.mutateAsync({ action, id: row?.id, input }))
    } catch (error) {
      const problem = problemOf(error)
      if (problem.errors.some(({ field }) => isMore(field.split('.')[0]))) setOpen(true)
      setRefusal({ problem, elsewhere: place(problem, action, form) })
    } finally {
      onPending(false)
    }
  }

  const items = (fields: readonly KindField[]) =>
    fields.map((field) => <FieldItem key={field.name} field={field} path={[field.name]} />)
  const general = refusal && (refusal.problem.errors.length === 0 || refusal.elsewhere.length > 0)
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark="optional"
      initialValues={initialValues(action, row)}
      onFinish={(values) => void submit(values)}
      onFinishFailed={({ errorFields }) => errorFields.some(({ name }) => isMore(name[0])) && setOpen(true)}
      scrollToFirstError={{ block: 'center' }}
    >
      {general && <Refusal {...refusal} />}
      {items(main)}
      {children}
      {more.length > 0 && (
        <Collapse
          ghost
          className="more"
          activeKey={open ? ['more'] : []}
          onChange={(keys) => setOpen(keys.length > 0)}
          items={[{ key: 'more', label: t('form.optional'), children: items(more), forceRender: true }]}
        />
      )}
    </Form>
  )
}

function Refusal({ problem, elsewhere }: { problem: ApiProblem; elsewhere: readonly FieldProblem[] }) {
  const details = elsewhere.map(({ field, message, remedy }) => [field, message, remedy].filter(Boolean).join(' '))
  return <ProblemAlert problem={problem} details={details} />
}
