import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Empty, Spin, Table, type TableColumnType, type TableProps } from 'antd'
import { useMemo } from 'react'
import { problemOf } from '../api/problem.ts'
import type { Kind, KindField, Row, Task } from '../api/types.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { collectionOf, useKinds } from '../data/context.tsx'
import { nameOf, type useList } from '../data/resources.ts'
import { taskTitle } from '../kind/actions.ts'
import { fieldOf, fieldTitle } from '../kind/field.ts'
import { Tags, tagsOf } from '../kind/tags.tsx'
import { Value } from '../kind/value.tsx'
import { textOf } from '../kind/value-text.ts'
import { t } from '../text/index.ts'
import { RowActions } from './row-actions.tsx'

const PAGE_ROWS = 50
const SORTABLE = new Set(['text', 'integer', 'bytes', 'timestamp', 'state', 'choice', 'boolean', 'ipv4', 'cidr', 'mac'])

function compare(field: KindField) {
  return (a: Row, b: Row): number => {
    const [left, right] = [a[field.name], b[field.name]]
    if (typeof left === 'number' && typeof right === 'number') return left - right
    return String(left ?? '').localeCompare(String(right ?? ''), 'en', { numeric: true })
  }
}

/** The cell that opens the detail; also for those who use the keyboard. */
function FirstCell({ kind, field, row }: { kind: Kind; field: KindField; row: Row }) {
  const kinds = useKinds()
  const label =
    kind.kind === 'task'
      ? taskTitle(row as Task, kinds.byName)
      : field.name === 'name'
        ? nameOf(row)
        : textOf(field, row[field.name]) || nameOf(row)
  const plain = field.type !== 'ref'
  return (
    <Link
      className="row-link"
      to="/$collection/$id"
      params={{ collection: collectionOf(kind), id: row.id }}
      search={({ q, state, recycled }) => ({ q, state, recycled })}
      onClick={(event) => event.stopPropagation()}
    >
      {plain ? label : nameOf(row)}
    </Link>
  )
}

function columnsOf(kind: Kind, sortable: boolean): TableColumnType<Row>[] {
  const fields = kind.columns.flatMap((name) => fieldOf(kind, name) ?? [])
  // A reference leads to its own target: a kind that begins with one gets a name column before it.
  const name = fieldOf(kind, 'name')
  const shown = fields[0]?.type === 'ref' && name ? [name, ...fields] : fields
  return shown.map((field, index) => ({
    key: field.name,
    dataIndex: field.name,
    title: fieldTitle(field),
    sorter: sortable && SORTABLE.has(field.type) ? compare(field) : undefined,
    defaultSortOrder: sortable && kind.sortedBy === field.name ? 'ascend' : undefined,
    showSorterTooltip: false,
    align: ['integer', 'bytes'].includes(field.type) && field.unit !== '%' ? 'end' : undefined,
    className: field.unit === '%' ? 'percent' : undefined,
    render: (value: unknown, row: Row) =>
      index === 0 ? (
        <FirstCell kind={kind} field={field} row={row} />
      ) : (
        <Value kind={kind} field={field} value={value} row={row} />
      ),
  }))
}

const tagText = (row: Row): string =>
  tagsOf(row)
    .map(({ name }) => name.toLowerCase())
    .join(' ')

/** Where at least one has tags; what has none comes last. */
const tagColumn = (sortable: boolean): TableColumnType<Row> => ({
  key: 'tags',
  title: t('tag.title'),
  sorter: sortable ? (a, b) => (tagText(a) || '\uffff').localeCompare(tagText(b) || '\uffff', 'en') : undefined,
  showSorterTooltip: false,
  render: (_, row) => <Tags tags={tagsOf(row)} />,
})

interface Props {
  kind: Kind
  list: ReturnType<typeof useList>
  rows: readonly Row[]
  searching: boolean
  /** The one whose detail is open. */
  selected: string | undefined
  /** Those that something is to be done with. */
  chosen: readonly Row[]
  onChoose(ids: string[]): void
}

/** Boxes before the rows, where something can be done with several; a click on one does not open the row. */
function selectionOf({ kind, chosen, onChoose }: Props): TableProps<Row>['rowSelection'] {
  if (!kind.actions.some(({ bulk }) => bulk)) return undefined
  return {
    selectedRowKeys: chosen.map(({ id }) => id),
    preserveSelectedRowKeys: true,
    onChange: (keys) => onChoose(keys.map(String)),
    getTitleCheckboxProps: () => ({ 'aria-label': t('bulk.all') }),
    getCheckboxProps: (row) => ({ 'aria-label': t('bulk.one', { name: nameOf(row) }) }),
    onCell: () => ({ onClick: (event) => event.stopPropagation() }),
  }
}

export function ListTable(props: Props) {
  const { kind, list, rows, searching, selected } = props
  const navigate = useNavigate({ from: '/$collection' })
  const hasTags = kind.taggable && rows.some((row) => tagsOf(row).length > 0)
  const { recycled } = useSearch({ from: '/loggedIn/shell/$collection' })
  const columns = useMemo((): TableColumnType<Row>[] => {
    const actions: TableColumnType<Row> = {
      key: 'actions',
      width: 48,
      render: (_, row) => <RowActions kind={kind} row={row} />,
    }
    const sortable = !list.hasNextPage
    return [...columnsOf(kind, sortable), ...(hasTags ? [tagColumn(sortable)] : []), actions]
  }, [kind, list.hasNextPage, hasTags])
  const open = (row: Row): void =>
    void navigate({
      to: '/$collection/$id',
      params: { collection: collectionOf(kind), id: row.id },
      search: ({ q, state, recycled }) => ({ q, state, recycled }),
    })
  const problem = list.error && problemOf(list.error)
  return (
    <>
      {problem && (
        <ProblemAlert
          problem={problem}
          action={<Button onClick={() => void list.refetch()}>{t('app.retry')}</Button>}
        />
      )}
      <Table<Row>
        size="middle"
        rowKey="id"
        columns={columns}
        rowSelection={selectionOf(props)}
        dataSource={rows as Row[]}
        loading={list.isLoading}
        rowClassName={(row) => (row.id === selected ? 'selected' : '')}
        onRow={(row) => ({ onClick: () => open(row) })}
        pagination={{ defaultPageSize: PAGE_ROWS, hideOnSinglePage: true, showSizeChanger: true, size: 'small' }}
        scroll={{ x: 'max-content' }}
        locale={{
          emptyText: list.isFetched ? (
            <Empty image={null} description={t(recycled ? 'list.emptyBin' : 'list.noMatch')} />
          ) : (
            ' '
          ),
        }}
      />
      <div className="list-end">
        {searching ? (
          <Spin size="small" description={t('list.searching')} />
        ) : (
          list.hasNextPage && (
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('list.more')}
            </Button>
          )
        )}
      </div>
    </>
  )
}
