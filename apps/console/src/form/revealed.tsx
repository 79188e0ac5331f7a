import { Typography } from 'antd'
import type { Revealed } from '../api/client.ts'
import { t } from '../text/index.ts'

/** What an action shows this once, to be copied. */
export function RevealedValues({ values }: { values: readonly Revealed[] }) {
  return (
    <>
      {values.map(({ title, value }) => (
        <div key={title}>
          <span className="muted">{title}</span>
          <Typography.Paragraph copyable className="mono secret">
            {value}
          </Typography.Paragraph>
        </div>
      ))}
      <p className="muted">{t('action.revealedOnce')}</p>
    </>
  )
}
