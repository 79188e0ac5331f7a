/** What the list shows as a CSV file, and creating from one. */
import { FileTextOutlined } from '@ant-design/icons'
import { useSearch } from '@tanstack/react-router'
import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { problemOf } from '../api/problem.ts'
import type { Kind } from '../api/types.ts'
import { collectionOf, useApi } from '../data/context.tsx'
import { ImportDialog } from '../form/import-dialog.tsx'
import { t } from '../text/index.ts'

/** Hands a file to whoever looks at the page. */
function save(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** What is typed above the list, as the server looks for it. */
const nameQuery = (text: string): string => `name ~ '${text.trim().replace(/[\\'*]/g, '\\$&')}'`

export function CsvMenu({ kind }: { kind: Kind }) {
  const api = useApi()
  const { notification } = App.useApp()
  const { q, state, recycled } = useSearch({ from: '/loggedIn/shell/$collection' })
  const [importing, setImporting] = useState(false)
  const [pending, setPending] = useState(false)

  async function offer(read: () => Promise<Blob>, name: string): Promise<void> {
    setPending(true)
    try {
      save(await read(), name)
    } catch (error) {
      const problem = problemOf(error)
      notification.error({ title: problem.message, description: problem.remedy })
    } finally {
      setPending(false)
    }
  }

  const query = { state, recycled, q: q ? nameQuery(q) : undefined }
  const name = collectionOf(kind)
  const items = [
    {
      key: 'export',
      label: t('csv.export'),
      onClick: () => void offer(() => api.csv(kind.path, query), `${name}.csv`),
    },
    ...(kind.imports
      ? [
          { key: 'import', label: t('csv.import'), onClick: () => setImporting(true) },
          {
            key: 'template',
            label: t('csv.template'),
            onClick: () => void offer(() => api.csv(`${kind.path}/csv-template`, {}), `${name}-template.csv`),
          },
        ]
      : []),
  ]
  return (
    <>
      <Dropdown trigger={['click']} menu={{ items }} placement="bottomRight">
        <Button icon={<FileTextOutlined />} loading={pending} aria-label={t('csv.menu')}>
          {t('csv.menu')}
        </Button>
      </Dropdown>
      {importing && <ImportDialog kind={kind} onClose={() => setImporting(false)} />}
    </>
  )
}
