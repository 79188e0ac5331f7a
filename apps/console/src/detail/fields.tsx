import { Tooltip } from 'antd'
import type { Kind, Row } from '../api/types.ts'
import { formatTime } from '../format/time.ts'
import { detailFields, fieldTitle } from '../kind/field.ts'
import { Value } from '../kind/value.tsx'
import { TagEditor } from './tag-editor.tsx'

/** Every field of a resource with its value. */
export function Fields({ kind, row }: { kind: Kind; row: Row }) {
  return (
    <dl className="fields">
      {detailFields(kind).map((field) => {
        const value = row[field.name]
        return (
          <div key={field.name}>
            <dt>
              <Tooltip title={field.doc || undefined} placement="left">
                <span className={field.doc ? 'explained' : undefined}>{fieldTitle(field)}</span>
              </Tooltip>
            </dt>
            <dd>
              {field.name === 'tags' && kind.taggable ? (
                <TagEditor kind={kind} row={row} />
              ) : (
                <Value kind={kind} field={field} value={value} row={row} />
              )}
              {field.type === 'timestamp' && typeof value === 'string' && (
                <span className="muted exact">{formatTime(value)}</span>
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
