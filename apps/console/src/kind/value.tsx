/** A value of a field, drawn by the field's type. */
import { Progress } from 'antd'
import type { ReactNode } from 'react'
import type { Kind, KindField, Row } from '../api/types.ts'
import { useKinds } from '../data/context.tsx'
import { Ago } from '../format/ago.tsx'
import { t } from '../text/index.ts'
import { concrete } from './concrete.ts'
import { fieldTitle } from './field.ts'
import { Reference } from './reference.tsx'
import { StateTag } from './state-tag.tsx'
import { Tags } from './tags.tsx'
import { textOf } from './value-text.ts'

const MONO = new Set(['uuid', 'ipv4', 'cidr', 'mac', 'path', 'url'])

/**
 * Kind that a value refers to. An id beside a field that names its kind (`resource`, `resourceKind`), or that is named like a kind
 * (`user`), is a reference too.
 */
export function targetOf(field: KindField, row: Row | undefined, kinds: ReadonlyMap<string, Kind>): string | undefined {
  if (field.type === 'ref') return concrete(field, row).kind
  if (field.type !== 'uuid') return undefined
  const told = row?.[`${field.name}Kind`]
  if (typeof told === 'string') return told
  return kinds.has(field.name) ? field.name : undefined
}

const plainText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function ObjectValue({ kind, fields, value }: { kind: Kind; fields: readonly KindField[]; value: object }) {
  const known = new Map(fields.map((field) => [field.name, field]))
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== '')
  if (entries.length === 0) return none
  return (
    <dl className="members">
      {entries.map(([name, member]) => {
        const field = known.get(name)
        return (
          <div key={name}>
            <dt>{fieldTitle(field ?? { name, type: 'text' })}</dt>
            <dd>{field ? <Value kind={kind} field={field} value={member} /> : plainText(member)}</dd>
          </div>
        )
      })}
    </dl>
  )
}

const none: ReactNode = <span className="muted">{t('value.none')}</span>

function ListValue({ kind, field, value }: { kind: Kind; field: KindField; value: readonly unknown[] }) {
  const { items } = field
  if (value.length === 0 || !items) return none
  return (
    <ul className="plain">
      {value.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: values of a list have no identity but their place
        <li key={index}>
          <Value kind={kind} field={items} value={item} />
        </li>
      ))}
    </ul>
  )
}

interface ValueProps {
  kind: Kind
  field: KindField
  value: unknown
  /** The resource that the value is of, where it is known. */
  row?: Row
}

export function Value({ kind, field: given, value, row }: ValueProps): ReactNode {
  const { byName } = useKinds()
  const field = concrete(given, row)
  if (value === null || value === undefined || value === '') return none
  const target = targetOf(field, row, byName)
  if (target) return <Reference kind={target} id={String(value)} />
  if (field.type === 'state') return <StateTag kind={kind} state={String(value)} />
  if (field.type === 'timestamp') return <Ago at={String(value)} />
  if (field.unit === '%') return <Progress percent={Number(value)} size="small" aria-label={field.title} />
  if (Array.isArray(value) && field.matchedBy && value.length > 0) return <Tags tags={value} />
  if (Array.isArray(value)) return <ListValue kind={kind} field={field} value={value} />
  if (typeof value === 'object') return <ObjectValue kind={kind} fields={field.fields ?? []} value={value} />
  const text = textOf(field, value)
  return MONO.has(field.type) ? <span className="mono">{text}</span> : text
}
