import { Form, Segmented } from 'antd'
import { type ComponentProps, useState } from 'react'
import { useServices } from '../data/context.tsx'
import { ActionForm } from '../form/action-form.tsx'
import { FieldItem } from '../form/field-item.tsx'
import { t } from '../text/index.ts'
import { FileDrop } from './file-drop.tsx'

/** The form that adds an image: from an address, or a file of this computer that is sent once the image is there. */
export function ImageForm(props: ComponentProps<typeof ActionForm>) {
  const { action, form, onDone } = props
  const { uploads } = useServices()
  const [source, setSource] = useState<'url' | 'file'>('url')
  const url = action.input.find(({ name }) => name === 'url')

  function choose(chosen: File): void {
    if (!form.getFieldValue('name')) form.setFieldValue('name', chosen.name.replace(/\.(qcow2|img)$/i, ''))
  }

  return (
    <ActionForm
      {...props}
      hidden={['url']}
      onDone={(outcome) => {
        const image = outcome?.task?.resource
        const file: unknown = form.getFieldValue('file')
        if (image && file instanceof File && source === 'file') uploads.begin(image, file)
        onDone(outcome)
      }}
    >
      <Form.Item label={t('image.source')} required>
        <Segmented
          block
          value={source}
          onChange={(next) => {
            setSource(next as 'url' | 'file')
            form.setFieldValue('url', undefined)
          }}
          options={[
            { value: 'url', label: t('image.source.url') },
            { value: 'file', label: t('image.source.file') },
          ]}
        />
      </Form.Item>
      {source === 'url' && url && (
        <FieldItem field={{ ...url, optional: false, doc: t('image.urlHint') }} path={['url']} />
      )}
      {source === 'file' && (
        <Form.Item name="file" rules={[{ required: true, message: t('image.missing') }]}>
          <FileDrop onChange={choose} />
        </Form.Item>
      )}
    </ActionForm>
  )
}
