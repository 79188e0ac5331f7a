import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { problemOf } from '../api/problem.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi } from '../data/context.tsx'
import type { ViewProps } from '../hand-made.tsx'
import { t } from '../text/index.ts'

// Terminals act on escape sequences (ECMA-48); a log shows only what was printed.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|[\0-\x08\x0b-\x1f]/g

/** What the guest printed on its serial line. */
export function ConsoleLog({ row }: ViewProps) {
  const api = useApi()
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['consoleLog', row.id],
    queryFn: () => api.consoleLog(row.id),
    staleTime: 0,
    gcTime: 0,
  })
  const problem = error && problemOf(error)
  return (
    <>
      <div className="log-head">
        {data?.truncated && <span className="muted">{t('vm.logTruncated')}</span>}
        <Button size="small" loading={isFetching} onClick={() => void refetch()}>
          {t('vm.logRefresh')}
        </Button>
      </div>
      {problem && <ProblemAlert problem={problem} />}
      {!data && !problem && <Skeleton active />}
      {data && !problem && <pre className="log">{data.text.replace(ESCAPES, '') || t('vm.logEmpty')}</pre>}
    </>
  )
}
