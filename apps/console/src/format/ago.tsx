import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { formatAgo, formatTime } from './time.ts'

const TICK_MS = 20_000
const NowContext = createContext(Date.now())

/** One clock for all relative times of the page. */
export function Clock({ children }: { children: ReactNode }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return <NowContext value={now}>{children}</NowContext>
}

/** `3 min. ago`, with the exact time as tooltip. */
export function Ago({ at }: { at: string }) {
  const now = useContext(NowContext)
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatAgo(at, now)}
    </time>
  )
}
