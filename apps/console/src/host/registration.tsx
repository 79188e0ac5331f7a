import { useMutation } from '@tanstack/react-query'
import { Button, Typography } from 'antd'
import { problemOf } from '../api/problem.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi } from '../data/context.tsx'
import { formatTime } from '../format/time.ts'
import type { ViewProps } from '../hand-made.tsx'
import { t } from '../text/index.ts'

/** A host that is not connected: issues the token with which its agent registers. */
export function Registration({ row }: ViewProps) {
  const api = useApi()
  const issue = useMutation({ mutationFn: () => api.registrationToken(row.id) })
  if (row.state === 'up') return null
  const problem = issue.error && problemOf(issue.error)
  return (
    <section className="pane-section" aria-label={t('host.register')}>
      <h3 className="pane-section-title">{t('host.register')}</h3>
      <p className="muted">{t('host.registerHint')}</p>
      {problem && <ProblemAlert problem={problem} />}
      {issue.data ? (
        <>
          <Typography.Paragraph copyable className="mono secret">
            {issue.data.token}
          </Typography.Paragraph>
          <p className="muted">{t('host.shownOnce', { time: formatTime(issue.data.expiresAt) })}</p>
        </>
      ) : (
        <Button loading={issue.isPending} onClick={() => issue.mutate()}>
          {t('host.issue')}
        </Button>
      )}
    </section>
  )
}
