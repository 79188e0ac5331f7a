/** Whole screens that only say something. */
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { Button, Result, Spin } from 'antd'
import { problemOf } from '../api/problem.ts'
import { t } from '../text/index.ts'

export function Loading() {
  return (
    <div className="center">
      <Spin size="large" aria-label={t('app.loading')} />
    </div>
  )
}

export function NotFound() {
  return <Result status="404" title={t('app.notFound')} extra={<Link to="/">{t('app.home')}</Link>} />
}

/** A screen that broke, with a way to try again. */
export function Failed({ error, reset }: Pick<ErrorComponentProps, 'error'> & { reset?: () => void }) {
  const problem = problemOf(error)
  return (
    <Result
      status="error"
      title={t('app.failed')}
      subTitle={[problem.message, problem.remedy].filter(Boolean).join(' ')}
      extra={reset && <Button onClick={reset}>{t('app.retry')}</Button>}
    />
  )
}
