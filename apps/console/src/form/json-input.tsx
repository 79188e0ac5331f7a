import { Input } from 'antd'
import { useState } from 'react'

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : JSON.stringify(value, null, 2))

/** JSON, as text while it is typed. What does not read as JSON is taken as the text it is. */
export function JsonInput(props: { id?: string; value?: unknown; onChange?(value: unknown): void }) {
  const { id, value, onChange } = props
  const [text, setText] = useState(() => textOf(value))
  function tell(next: string): void {
    setText(next)
    try {
      onChange?.(next.trim() === '' ? undefined : JSON.parse(next))
    } catch {
      onChange?.(next)
    }
  }
  return (
    <Input.TextArea
      id={id}
      className="mono"
      spellCheck={false}
      autoSize={{ minRows: 1, maxRows: 12 }}
      value={text}
      onChange={({ target }) => tell(target.value)}
    />
  )
}
