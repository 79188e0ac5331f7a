import { Link } from '@tanstack/react-router'
import { Tooltip } from 'antd'
import { collectionOf } from '../data/context.tsx'
import { nameOf, shortId, useReference } from '../data/resources.ts'
import { t } from '../text/index.ts'

/** A reference by name, linked to what it points to. */
export function Reference({ kind: kindName, id }: { kind: string | undefined; id: string }) {
  const { kind, row } = useReference(kindName, id)
  if (!kind) return <span className="mono">{shortId(id)}</span>
  if (row === null)
    return (
      <Tooltip title={id}>
        <span className="muted">{t('value.gone')}</span>
      </Tooltip>
    )
  return (
    <Link
      to="/$collection/$id"
      params={{ collection: collectionOf(kind), id }}
      onClick={(event) => event.stopPropagation()}
    >
      {row ? nameOf(row) : shortId(id)}
    </Link>
  )
}
