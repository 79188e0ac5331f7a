import { Button, Progress } from 'antd'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useServices } from '../data/context.tsx'
import type { Upload } from '../data/uploads.ts'
import { formatBytes } from '../format/quantity.ts'
import { t } from '../text/index.ts'

/** How far an upload is, or why it stopped. */
export function UploadProgress({ upload }: { upload: Upload }) {
  const { uploads } = useServices()
  const { image, name, sentBytes, totalBytes, problem } = upload
  if (problem) return <ProblemAlert problem={problem} onClose={() => uploads.dismiss(image)} />
  const text = t('image.uploading', { name, sent: formatBytes(sentBytes), total: formatBytes(totalBytes) })
  return (
    <div className="upload">
      <div className="task-head">
        <span>{text}</span>
        <Button size="small" type="text" onClick={upload.cancel}>
          {t('image.cancelUpload')}
        </Button>
      </div>
      <Progress percent={Math.floor((sentBytes / Math.max(totalBytes, 1)) * 100)} size="small" aria-label={text} />
    </div>
  )
}
