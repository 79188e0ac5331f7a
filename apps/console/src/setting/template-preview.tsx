/** What applying a template would change now. */
import { useQuery } from '@tanstack/react-query'
import { Skeleton, Table } from 'antd'
import { problemOf } from '../api/problem.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi } from '../data/context.tsx'
import type { ViewProps } from '../hand-made.tsx'
import { t } from '../text/index.ts'

const text = (value: unknown): string => JSON.stringify(value)

export function TemplatePreview({ row }: ViewProps) {
  const api = useApi()
  const { data, error } = useQuery({
    // Another version of the template, or another look at it, is another answer.
    queryKey: ['setting-preview', row.id, row.version],
    queryFn: () => api.settingPreview(row.id),
    staleTime: 0,
    gcTime: 0,
  })
  if (error) return <ProblemAlert problem={problemOf(error)} />
  if (!data) return <Skeleton active />
  return (
    <Table
      size="small"
      rowKey="name"
      pagination={false}
      dataSource={data}
      locale={{ emptyText: t('setting.noChange') }}
      columns={[
        { title: t('setting.name'), dataIndex: 'name' },
        { title: t('setting.from'), dataIndex: 'from', render: text },
        { title: t('setting.to'), dataIndex: 'to', render: text },
      ]}
    />
  )
}
