import { InboxOutlined } from '@ant-design/icons'
import { Upload } from 'antd'
import { formatBytes } from '../format/quantity.ts'
import { t } from '../text/index.ts'

interface Props {
  id?: string
  /** Kinds of files; disk images unless given. */
  accept?: string
  value?: File
  onChange?(file: File): void
}

/** A place to choose or drop one file. Nothing is sent yet. */
export function FileDrop({ id, accept = '.qcow2,.img', value, onChange }: Props) {
  return (
    <Upload.Dragger
      id={id}
      accept={accept}
      maxCount={1}
      showUploadList={false}
      beforeUpload={(chosen) => {
        onChange?.(chosen)
        return false
      }}
    >
      <p className="drop-mark">
        <InboxOutlined />
      </p>
      <p>{value ? `${value.name} (${formatBytes(value.size)})` : t('image.choose')}</p>
    </Upload.Dragger>
  )
}
