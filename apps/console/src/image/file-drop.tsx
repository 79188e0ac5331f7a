import { InboxOutlined } from '@ant-design/icons'
import { Upload } from 'antd'
import { formatBytes } from '../format/quantity.ts'
import { t } from '../text/index.ts'

/** A place to choose or drop one file. Nothing is sent yet. */
export function FileDrop({ file, onChoose }: { file: File | null; onChoose: (file: File) => void }) {
  return (
    <Upload.Dragger
      accept=".qcow2,.img"
      maxCount={1}
      showUploadList={false}
      beforeUpload={(chosen) => {
        onChoose(chosen)
        return false
      }}
    >
      <p className="drop-mark">
        <InboxOutlined />
      </p>
      <p>{file ? `${file.name} (${formatBytes(file.size)})` : t('image.choose')}</p>
    </Upload.Dragger>
  )
}
