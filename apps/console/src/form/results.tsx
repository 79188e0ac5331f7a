/** What became of each of many: a row for each, refusals with their reason. */
import { Table, Tag } from 'antd'
import { type ItemResult, troubleOf } from '../api/bulk.ts'
import { t } from '../text/index.ts'

export interface Result extends ItemResult {
  key: string
  /** What it is called: a name, a line. */
  label: string
}

interface Props {
  results: readonly Result[]
  /** Heading of the labels. */
  heading: string
  /** Nothing was changed: what is said is what could be. */
  rehearsed?: boolean
}

function Status({ problem, task, status }: ItemResult & { rehearsed?: boolean }, rehearsed: boolean | undefined) {
  if (problem) return <Tag color="error">{t('bulk.refused')}</Tag>
  if (rehearsed) return <Tag color="success">{t('bulk.possible')}</Tag>
  if (task && status === 202) return <Tag color="processing">{t('bulk.underWay')}</Tag>
  return <Tag color="success">{t('bulk.done')}</Tag>
}

export function Results({ results, heading, rehearsed }: Props) {
  return (
    <Table<Result>
      size="small"
      rowKey="key"
      className="results"
      dataSource={results as Result[]}
      pagination={{ defaultPageSize: 50, hideOnSinglePage: true, size: 'small' }}
      columns={[
        { key: 'label', title: heading, dataIndex: 'label' },
        { key: 'status', title: t('bulk.result'), render: (_, result) => Status(result, rehearsed) },
        { key: 'detail', title: '', render: (_, { problem }) => problem && troubleOf(problem) },
      ]}
    />
  )
}
