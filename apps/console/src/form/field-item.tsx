/** One field of a form: label, control, help. Lists and objects nest. */
import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form } from 'antd'
import type { KindField } from '../api/types.ts'
import { inSentence } from '../format/words.ts'
import { isFree } from '../kind/concrete.ts'
import { fieldTitle } from '../kind/field.ts'
import { t } from '../text/index.ts'
import { FieldControl } from './field-control.tsx'
import { ruleOf } from './help.ts'
import { initialValue } from './values.ts'

export type Path = (string | number)[]

interface Props {
  field: KindField
  /** Where the value is in the form. */
  path: Path
  /** Where antd keeps it: within a list, relative to the list. */
  name?: Path
  label?: string
}

export function FieldItem({ field, path, name = path, label = fieldTitle(field) }: Props) {
  if (field.type === 'list' && field.items)
    return <ListItems field={field} items={field.items} path={path} name={name} />
  if (field.type === 'object' && !isFree(field)) return <Members fields={field.fields ?? []} path={path} name={name} />
  const rule = field.name === 'name' ? '' : ruleOf(field)
  return (
    <Form.Item
      name={name}
      label={label}
      extra={field.doc || undefined}
      tooltip={rule || undefined}
      valuePropName={field.type === 'boolean' ? 'checked' : 'value'}
      rules={field.optional ? [] : [{ required: true, message: t('form.required', { field: label }) }]}
    >
      <FieldControl field={field} label={label} />
    </Form.Item>
  )
}

function Members({ fields, path, name }: { fields: readonly KindField[]; path: Path; name: Path }) {
  return (
    <div className="members-form">
      {fields.map((field) => (
        <FieldItem key={field.name} field={field} path={[...path, field.name]} name={[...name, field.name]} />
      ))}
    </div>
  )
}

function ListItems({ field, items, path, name }: { field: KindField; items: KindField; path: Path; name: Path }) {
  const label = fieldTitle(field)
  return (
    <Form.Item label={label} extra={field.doc || undefined} required={!field.optional} className="list-field">
      <Form.List name={name}>
        {(entries, { add, remove }, { errors }) => (
          <>
            {entries.map((entry, index) => (
              <div key={entry.key} className="list-entry">
                <FieldItem
                  field={items}
                  path={[...path, entry.name]}
                  name={[entry.name]}
                  label={items.type === 'object' ? undefined : `${label} ${index + 1}`}
                />
                {(field.optional || entries.length > 1) && (
                  <Button
                    type="text"
                    icon={<MinusCircleOutlined />}
                    aria-label={t('form.remove', { field: `${inSentence(label)} ${index + 1}` })}
                    onClick={() => remove(entry.name)}
                  />
                )}
              </div>
            ))}
            <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => add(initialValue(items))}>
              {t('form.add')}
            </Button>
            <Form.ErrorList errors={errors} />
          </>
        )}
      </Form.List>
    </Form.Item>
  )
}
