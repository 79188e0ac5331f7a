import { LoadingOutlined } from '@ant-design/icons'
import { Tag } from 'antd'
import type { Kind } from '../api/types.ts'
import { words } from '../format/words.ts'
import { type StateTone, toneOf } from './states.ts'

const colors: Record<StateTone, string> = {
  failed: 'red',
  transitional: 'blue',
  good: 'green',
  warning: 'orange',
  settled: 'default',
}

/** A state as coloured tag; with a spinner while something goes on. */
export function StateTag({ kind, state }: { kind: Kind; state: string }) {
  const tone = toneOf(kind, state)
  return (
    <Tag
      color={colors[tone]}
      icon={tone === 'transitional' ? <LoadingOutlined spin /> : undefined}
      className="state"
      data-state={state}
    >
      {words(state)}
    </Tag>
  )
}
