import { Alert } from 'antd'
import type { ReactNode } from 'react'

interface Props {
  /** What is wrong, and what to do about it. */
  problem: { message: string; remedy?: string | null }
  /** More than one line about it. */
  details?: readonly string[]
  action?: ReactNode
  onClose?: () => void
}

/** A problem where it belongs on a screen: what is wrong, and below it what to do. */
export function ProblemAlert({ problem, details = [], action, onClose }: Props) {
  const lines = [problem.remedy, ...details].filter((line): line is string => Boolean(line))
  return (
    <Alert
      type="error"
      showIcon
      className="problem"
      action={action}
      closable={onClose && { onClose }}
      title={
        <>
          {problem.message}
          {lines.map((line) => (
            <div key={line} className="remedy">
              {line}
            </div>
          ))}
        </>
      }
    />
  )
}
