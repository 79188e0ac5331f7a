import { Form, Input, InputNumber, Select, Switch } from 'antd'
import type { KindField } from '../api/types.ts'
import { words } from '../format/words.ts'
import { isFree } from '../kind/concrete.ts'
import { BytesInput } from './bytes-input.tsx'
import { JsonInput } from './json-input.tsx'
import { RefSelect } from './ref-select.tsx'

/** A text that may be longer than any plain one is a document; one of this length is a sentence or two. */
const PLAIN_LENGTH = 4096
const SENTENCES_LENGTH = 1024
const EXAMPLES: Readonly<Record<string, string>> = {
  cidr: '10.0.0.0/24',
  ipv4: '10.0.0.5',
  mac: '52:54:00:00:00:01',
  url: 'https://',
  path: '/',
}

interface Props {
  field: KindField
  label: string
  id?: string
  value?: unknown
  onChange?(value: unknown): void
}

/** The control for a field's type. `id`, `value` and `onChange` come from the form around it. */
export function FieldControl({ field, label, ...control }: Props) {
  const { id } = control
  const text = typeof control.value === 'string' ? control.value : ''
  const number = typeof control.value === 'number' ? control.value : null
  if (isFree(field)) return <JsonInput {...control} />
  switch (field.type) {
    case 'bytes':
      return <BytesInput id={id} label={label} value={number} onChange={control.onChange} />
    case 'integer':
      return (
        <InputNumber
          id={id}
          className="number"
          precision={0}
          suffix={field.unit}
          value={number}
          onChange={control.onChange}
        />
      )
    case 'boolean':
      return (
        <Switch id={id} checked={Boolean((control as { checked?: boolean }).checked)} onChange={control.onChange} />
      )
    case 'choice':
    case 'state':
      return (
        <Select
          id={id}
          value={text || undefined}
          onChange={control.onChange}
          allowClear={field.optional && field.default === undefined}
          options={field.values?.map((value) => ({ value, label: words(value) }))}
        />
      )
    case 'ref':
      return field.kindFrom ? (
        <AnyRefSelect field={field} {...control} />
      ) : (
        <RefSelect
          id={id}
          kind={field.kind ?? ''}
          required={!field.optional}
          value={text || null}
          onChange={control.onChange}
        />
      )
    default:
      return <TextControl field={field} id={id} value={text} onChange={control.onChange} />
  }
}

/** A reference to the kind that another field of the form names. */
function AnyRefSelect({ field, id, value, onChange }: Omit<Props, 'label'>) {
  const kind: unknown = Form.useWatch(field.kindFrom)
  const text = typeof value === 'string' ? value : null
  return (
    <RefSelect
      id={id}
      kind={typeof kind === 'string' ? kind : ''}
      required={!field.optional}
      value={text}
      onChange={onChange}
    />
  )
}

function TextControl({ field, id, value, onChange }: Omit<Props, 'label' | 'value'> & { value: string }) {
  const change = ({ target }: { target: { value: string } }): void => onChange?.(target.value)
  const plain = { id, value, onChange: change, maxLength: field.maxLength, autoComplete: 'off' }
  // A secret of several lines, such as user data, is written in the open: it has to be read while it is written.
  if (field.secret && (field.maxLength ?? 0) <= PLAIN_LENGTH)
    return <Input.Password {...plain} autoComplete="new-password" />
  if (field.type === 'text' && (field.maxLength ?? 0) > PLAIN_LENGTH)
    return <Input.TextArea {...plain} className="mono" autoSize={{ minRows: 3, maxRows: 12 }} />
  if (field.type === 'text' && field.maxLength === SENTENCES_LENGTH)
    return <Input.TextArea {...plain} autoSize={{ minRows: 1, maxRows: 6 }} />
  const code = field.type !== 'text'
  return <Input {...plain} spellCheck={!code} className={code ? 'mono' : ''} placeholder={EXAMPLES[field.type]} />
}
