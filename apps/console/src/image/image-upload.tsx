import { useServices, useUploads } from '../data/context.tsx'
import type { ViewProps } from '../hand-made.tsx'
import { t } from '../text/index.ts'
import { FileDrop } from './file-drop.tsx'
import { UploadProgress } from './upload-progress.tsx'

/** An image that waits for its file: the place to give it, and how far it is. */
export function ImageUpload({ row }: ViewProps) {
  const { uploads } = useServices()
  const upload = useUploads().get(row.id)
  if (row.state !== 'creating' || row.url) return null
  return (
    <section className="pane-section" aria-label={t('image.upload')}>
      {upload && <UploadProgress upload={upload} />}
      {(!upload || upload.problem) && (
        <>
          <h3 className="pane-section-title">{t('image.upload')}</h3>
          <p className="muted">{t('image.uploadHint')}</p>
          <FileDrop onChange={(file) => uploads.begin(row.id, file)} />
        </>
      )}
    </section>
  )
}
